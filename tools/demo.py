"""From a request to a trained model in one go: `nox -s demo`, or `nox -s demo -- FOLDER`."""

import csv
import json
import shlex
import subprocess
import sys
import time
from pathlib import Path

from . import ROOT

REQUEST = ROOT / "examples/digits-resnet.json"
ENOUGH = 0.97  # what the request asks for


def main() -> int:
    """Make the project, train, evaluate, predict, and say what was done."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "demo").resolve()
    if folder.exists() and any(folder.iterdir()):
        print(f"{folder} is not empty: remove it, or name another with `nox -s demo -- FOLDER`")
        return 2
    start = time.monotonic()
    copy = ["copier", "copy", "--quiet", "--trust", "--defaults", "--vcs-ref", "HEAD"]
    request = ["--data", f"request_file={REQUEST}"]
    step(ROOT, "Make a project from a request", "-m", *copy, *request, str(ROOT), str(folder))
    step(folder, "Train", "train.py", "--config", "configs/config.yaml")
    step(folder, "Evaluate on the test split", "evaluate.py", "--json", "report.json")
    images = test_images(folder, 5)
    step(folder, "Predict", "predict.py", *images, "--output", "predictions.csv")

    report = json.loads((folder / "report.json").read_text())
    metric = report["metrics"]["accuracy"]
    low, high = metric["interval"]
    print(f"\nDone in {time.monotonic() - start:.0f} s.")
    print(f"  test accuracy {metric['value']:.1%} of {report['samples']} digits", end=" ")
    print(f"(95 % interval {low:.1%} to {high:.1%}; asked for {ENOUGH:.0%})")
    for image, row in zip(images, predictions(folder), strict=True):
        print(f"  {image} is a {row['prediction']}")
    print(f"Where to look, in {folder}:")
    print("  README.md            what the project can do")
    print("  configs/config.yaml  every setting")
    print("  checkpoints/         best_model.pt, and last.pt to resume from")
    print("  report.json          how good it is")
    print("  logs/                curves and plots: tensorboard --logdir logs")
    return 0 if metric["value"] >= ENOUGH else 1


def step(folder: Path, what: str, *arguments: str) -> None:
    """Say what comes, show the command, and run it."""
    shown = shlex.join(arguments).replace(f"{ROOT}/", "").removeprefix("-m ")
    print(f"\n== {what}\n   {'' if shown.startswith('copier') else 'python '}{shown}", flush=True)
    subprocess.run([sys.executable, *arguments], cwd=folder, check=True)


def test_images(folder: Path, count: int) -> list[str]:
    """Return the paths of a few images that the model has not seen."""
    with (folder / "checkpoints/splits.csv").open(newline="") as file:
        names = [row["name"] for row in csv.DictReader(file) if row["split"] == "test"]
    return [f"data/digits/{name}" for name in names[:: max(1, len(names) // count)][:count]]


def predictions(folder: Path) -> list[dict[str, str]]:
    """Return the rows that predict.py wrote."""
    with (folder / "predictions.csv").open(newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
