"""Evaluate: python evaluate.py [--checkpoint checkpoints/best_model.pt] [--json report.json].

Prints every figure of the task with its 95 % interval: what other samples might have given.
"""

import argparse
import io
import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from pkg.engine.errors import run

CHECKPOINT = {{ (checkpoint_dir.rstrip("/") ~ "/best_model.pt") | py }}
SPLITS = ["train", "val", "test", "all"]


def main() -> None:
    """Read the arguments, run the model over a split, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINT, help="default: %(default)s")
    parser.add_argument("--data", help="another data set than that of the training")
    parser.add_argument("--split", choices=SPLITS, help="default: test, or all of --data")
    parser.add_argument("--json", type=Path, help="file for the report")
    parser.add_argument("--png", type=Path, help="file for the pictures")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 or mps")
    options = parser.parse_args()

    from pkg.inference import infer, load_trained, make_report, open_split, write
    from pkg.task.plots import draw_pictures
    from pkg.engine.runtime import choose_device
    from pkg.training import build_objective

    path, device = options.checkpoint, choose_device(options.device, "--device")
    model, config, info = load_trained(path, device)
    data, manifest = config.data, path.parent / "splits.csv"
    if options.data:  # which no run has divided
        data, manifest = replace(data, dataset_path=options.data, max_samples=None), None
    #: if task == "classification"
    data = replace(data, class_names=info.output_names)  # --data may lack some
    #: endif
    split = options.split or ("all" if options.data else "test")
    loader = open_split(data, info, split, manifest, device)
    outputs, targets = infer(model, loader.batches())
    objective = build_objective(config.training, info, outputs.device)
    report = make_report(outputs, targets, info.output_names, objective, config.training)
    digest = sha256(path.read_bytes()).hexdigest()
    report = {"checkpoint": str(path), "sha256": digest, "split": split, **report}
    show(report, len(targets))
    if options.json:
        plain = json.loads(json.dumps(report), parse_constant=lambda _: None)  # JSON has no nan
        write(options.json, (json.dumps(plain, indent=2) + "\n").encode())
    if options.png:
        draw_pictures(outputs, targets, loader).savefig(picture := io.BytesIO())
        write(options.png, picture.getvalue())


def show(report: dict[str, Any], count: int) -> None:
    """Print the figures, and whether the target was met."""
    print(f"{count} samples ({report['split']}), 95 % intervals of {report['draws']} draws")
    for name, figure in report["metrics"].items():
        print(name.ljust(12), *(f"{x:10.4f}" for x in (figure["value"], *figure["interval"])))
    metric, goal, met = report["target"].values()
    if metric:
        print(f"target {metric} {goal}: {'met' if met else 'not met'}")


if __name__ == "__main__":
    run(main)
