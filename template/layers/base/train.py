"""Train: python train.py [--config configs/config.yaml] [--training.batch_size 16 ...].

--resume goes on from the last checkpoint, with the same bits as a run that was never
interrupted. Exit codes: 0 done, 2 settings or data to correct, 3 training gave up, 130 and 143
interrupted with a checkpoint.
"""

import sys

from pkg.config import Config
from pkg.engine.cli import CONFIG, make_parser, parse
from pkg.engine.errors import UserError, run


def main() -> None:
    """Read the settings, then train."""
    parser = make_parser(Config, __doc__)
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--overwrite", action="store_true", help="delete an earlier run first")
    parser.add_argument("--allow_changes", action="store_true", help="resume with other settings")
    config, options = parse(parser, Config)
    if not options.config:
        config, options = parse(parser, Config, ["--config", str(CONFIG), *sys.argv[1:]])
    if options.resume and options.overwrite:
        raise UserError("--resume and --overwrite contradict each other: choose one")

    from pkg.training import train  # takes its time

    train(config, options.resume, options.overwrite, options.allow_changes)


if __name__ == "__main__":
    run(main)
