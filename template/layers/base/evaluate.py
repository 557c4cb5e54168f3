"""Evaluate: python evaluate.py [--checkpoint checkpoints/best_model.pt] [--json report.json].

Prints every metric of the task with its 95 % confidence interval, by bootstrap.
"""

import argparse
import io
import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from pkg.engine.cli import default_checkpoint
from pkg.engine.errors import run

SPLITS = ["train", "val", "test", "all"]


def main() -> None:
    """Read the arguments, run the model over a split, and report."""
    options = make_parser().parse_args()

    import torch

    from pkg.engine.runtime import choose_device
    from pkg.inference import (
        load_trained,
        make_report,
        open_split,
        predict_split,
    )
    from pkg.records import write
    from pkg.task.objective import build_objective
    from pkg.task.plots import draw_plots

    path, device = options.checkpoint, choose_device(options.device, "--device")
    model, config, info = load_trained(path, device)
    data, manifest = config.data, path.parent / "splits.csv"
    if options.data:  # which no run has split
        data, manifest = replace(data, dataset_path=options.data, max_samples=None), None
    #: if has_classes
    data = replace(data, class_names=info.output_names)  # --data may lack some
    #: endif
    split = options.split or ("all" if options.data else "test")
    size = config.training.batch_size
    loader = open_split(data, info, split, manifest, device, size)
    #: if form in ("boxes", "instances")
    if options.predictions:
        from pkg.data.source import load_samples
        from pkg.task.predictions import (
            check_image_ids,
            write_detections,
        )

        samples = load_samples(data)
        check_image_ids(loader.ids, samples.targets, samples.names)
    #: endif
    objective = build_objective(config.task, info, device)
    outputs, targets = predict_split(model, objective, loader.batches())  # on the CPU
    objective = build_objective(config.task, info, torch.device("cpu"))
    report = make_report(outputs, targets, info.output_names, objective, config.training)
    digest = sha256(path.read_bytes()).hexdigest()
    report = {"checkpoint": str(path), "sha256": digest, "split": split, **report}
    show(report)
    if options.json:
        plain = json.loads(json.dumps(report), parse_constant=lambda _: None)  # JSON has no nan
        write(options.json, (json.dumps(plain, indent=2) + "\n").encode())
    if options.png:
        draw_plots(outputs, targets, loader).savefig(image := io.BytesIO())
        write(options.png, image.getvalue())
    #: if form in ("boxes", "instances")
    if options.predictions:
        write_detections(outputs, loader.ids, samples.targets, options.predictions)
    #: endif


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    best = default_checkpoint()
    parser.add_argument("--checkpoint", type=Path, default=best, help="default: %(default)s")
    parser.add_argument("--data", help="data set to use instead of that of the training")
    parser.add_argument("--split", choices=SPLITS, help="default: test, or all of --data")
    parser.add_argument("--json", type=Path, help="file for the report")
    parser.add_argument("--png", type=Path, help="file for the plots")
    #: if form in ("boxes", "instances")
    everything = "file for all detections, as COCO has results"
    parser.add_argument("--predictions", type=Path, help=everything)
    #: endif
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 or mps")
    return parser


def show(report: dict[str, Any]) -> None:
    """Print the metrics, and whether the target was met."""
    samples = f"{report['samples']} samples ({report['split']})"
    print(f"{samples}, 95 % intervals of {report['draws']} resamples")
    for name, metric in report["metrics"].items():
        print(name.ljust(12), *(f"{x:10.4f}" for x in (metric["value"], *metric["interval"])))
    name, goal, met = report["target"].values()
    if name:
        print(f"target {name} {goal}: {'met' if met else 'not met'}")


if __name__ == "__main__":
    run(main)
