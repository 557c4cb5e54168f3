"""Validate: python validate.py [--json validation.json].

Trains with configs/smoke.yaml in a temporary folder, measures the model of configs/config.yaml on
this machine, and runs the tests. What was not measured is null. Exit code 1: something failed.
"""

import argparse
import json
{% if wandb_enabled %}
import os
{% endif %}
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from pkg.engine.errors import run

CHECKS = ["model_loads", "forward_pass_works", "backward_pass_works", "training_loop_runs"]
CHECKS += ["tensorboard_logs_generated", "tests_pass"]
METRICS = ["model_size_mb", "estimated_training_time_hours", "estimated_inference_time_ms"]
METRICS += ["memory_usage_gb", "flops"]


def main() -> None:
    """Run every check, then say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default="configs/smoke.yaml", help="default: %(default)s")
    parser.add_argument("--json", type=Path, help="file for the results")
    parser.add_argument("--no-tests", action="store_true", help="leave pytest out")
    options = parser.parse_args()
    #: if wandb_enabled
    os.environ["WANDB_MODE"] = "disabled"
    #: endif

    from pkg.inference import write
    from pkg.probe import probe

    checks, errors = dict[str, bool | None].fromkeys(CHECKS), list[str]()
    report: dict[str, Any] = {"validation": checks, "metrics": dict.fromkeys(METRICS)}
    report |= {"model_architecture": None, "max_inference_time_ms": None, "errors": errors}
    try:
        probe(report, "configs/config.yaml")
    except Exception as error:  # whatever it is, the report is to say it
        errors.append(f"configs/config.yaml: {type(error).__name__}: {error}")
    with tempfile.TemporaryDirectory() as folder:
        command = ["train.py", "--config", options.config]
        command += ["--experiment.checkpoint_dir", f"{folder}/checkpoints"]
        #: if tensorboard_enabled
        command += ["--experiment.tensorboard_log_dir", f"{folder}/logs"]
        #: endif
        checks["training_loop_runs"] = works(command, errors)
        #: if tensorboard_enabled
        checks["tensorboard_logs_generated"] = any(Path(folder).glob("logs/events*"))
        #: endif
    if not options.no_tests:
        checks["tests_pass"] = works(["-m", "pytest", "-q"], errors)
    for name, value in {**checks, **report["metrics"]}.items():
        print(name.ljust(30), value)
    print(*errors, sep="\n", end="\n" * bool(errors), file=sys.stderr)
    if options.json:
        write(options.json, (json.dumps(report, indent=2) + "\n").encode())
    sys.exit(1 if errors or False in checks.values() else 0)


def works(command: list[str], errors: list[str]) -> bool:
    """Run Python with these arguments; keep the last words of a failure."""
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
    if done.returncode:
        errors.append(f"{' '.join(command)}: {(done.stdout + done.stderr)[-500:]}")
    return done.returncode == 0


if __name__ == "__main__":
    run(main)
