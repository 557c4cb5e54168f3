"""A look at checkpoints.

python -m pkg.engine.inspection list|verify|show [PATH]
"""

import argparse
import json
import sys
from pathlib import Path

from .checkpoint import load
from .errors import UserError, run


def describe(path: Path) -> str:
    """Say in one line what a checkpoint holds, or what is wrong with it."""
    try:
        saved = load(path)
    except UserError as error:
        return f"BAD   {error}"
    step, size = saved["progress"]["step"], path.stat().st_size / 1e6
    metrics = (f"{name} {saved[name]:.4f}" for name in saved if name.startswith("val_"))
    start = f"good  {path}  epoch {saved['epoch']}  update {step}"
    return "  ".join([start, *metrics, f"{size:.1f} MB"])


def main() -> None:
    """List, verify or show the checkpoints of a run."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("action", choices=["verify", "list", "show"])
    parser.add_argument("path", nargs="?", type=Path, default="checkpoints", help="file or folder")
    options = parser.parse_args()
    paths = [options.path] if options.path.is_file() else sorted(options.path.glob("*.pt"))
    if not paths:
        raise UserError(f"there is no checkpoint in {options.path.resolve()}")
    lines = [describe(path) for path in paths]
    print("\n".join(lines))
    if options.action == "show":
        saved = load(paths[-1])
        print(json.dumps({name: saved[name] for name in ("progress", "data", "config")}, indent=2))
    if options.action == "verify" and any(line.startswith("BAD") for line in lines):
        sys.exit(1)


if __name__ == "__main__":
    run(main)
