"""Validate: python validate.py [--json validation.json].

Trains with configs/smoke.yaml in a temporary folder, measures the model of configs/config.yaml on
this machine, and runs the tests. What was not measured is null. Exit code 1: a check failed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from pkg.engine.cli import CONFIG
from pkg.engine.errors import run

CHECKS = ["model_loads", "forward_pass_works", "backward_pass_works", "training_loop_runs"]
CHECKS += ["tensorboard_logs_generated", "tests_pass"]
METRICS = ["model_size_mb", "estimated_training_time_hours", "estimated_inference_time_ms"]
METRICS += ["memory_usage_gb", "flops"]


def main() -> None:
    """Run every check, then report."""
    parser = argparse.ArgumentParser(description=__doc__)
    smoke = "configs/smoke.yaml"
    parser.add_argument("--config", default=smoke, help="to train with; default: %(default)s")
    parser.add_argument("--json", type=Path, help="file for the report")
    parser.add_argument("--no-tests", action="store_true", help="skip pytest")
    options = parser.parse_args()
    #: if wandb_enabled
    import os

    os.environ["WANDB_MODE"] = "disabled"  # also in the processes that this one starts
    #: endif

    from pkg.probe import probe
    from pkg.records import write

    checks, errors = dict[str, bool | None].fromkeys(CHECKS), list[str]()
    report: dict[str, Any] = {"validation": checks, "metrics": dict.fromkeys(METRICS)}
    report |= {"model_architecture": None, "max_inference_time_ms": None, "errors": errors}
    try:
        probe(report, str(CONFIG))
    except Exception as error:  # whatever it is, the report is to say it
        errors.append(f"{CONFIG}: {type(error).__name__}: {error}")
    with tempfile.TemporaryDirectory() as folder:
        check_training(options.config, Path(folder), checks, errors)
    if not options.no_tests:
        checks["tests_pass"] = works(["-m", "pytest", "-q"], errors)
    for name, value in {**checks, **report["metrics"]}.items():
        print(name.ljust(30), value)
    print(*errors, sep="\n", end="\n" * bool(errors), file=sys.stderr)
    if options.json:
        write(options.json, (json.dumps(report, indent=2) + "\n").encode())
    sys.exit(1 if errors or False in checks.values() else 0)


def check_training(
    config: str, folder: Path, checks: dict[str, bool | None], errors: list[str]
) -> None:
    """Train in a folder of its own; note what that shows."""
    command = ["train.py", "--config", config]
    command += ["--experiment.checkpoint_dir", f"{folder}/checkpoints"]
    #: if tensorboard_enabled
    command += ["--experiment.tensorboard_log_dir", f"{folder}/logs"]
    #: endif
    checks["training_loop_runs"] = works(command, errors)
    #: if tensorboard_enabled
    checks["tensorboard_logs_generated"] = any(folder.glob("logs/events*"))
    #: endif


def works(command: list[str], errors: list[str]) -> bool:
    """Run Python with these arguments; keep the last words of a failure."""
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
    if done.returncode:
        errors.append(f"{' '.join(command)}: {(done.stdout + done.stderr)[-500:]}")
    return done.returncode == 0


if __name__ == "__main__":
    run(main)
