"""Pictures of what a classifier confuses, and of how sure it is of every row."""

import torch
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay
from torch import Tensor

from .data.dataloader import SplitLoader

RIGHT, WRONG = "#2563a8", "#c0392b"


def draw_pictures(outputs: Tensor, targets: Tensor, loader: SplitLoader) -> dict[str, Figure]:
    """Draw how a model answers, with logits [N, K], for all samples of `loader`."""
    names = loader.info.output_names
    confusion = draw_confusion(targets, outputs.argmax(1), names)
    return {"confusion": confusion, "predictions": draw_shares(outputs.softmax(1), targets, names)}


def draw_shares(shares: Tensor, targets: Tensor, names: list[str]) -> Figure:
    """Draw every row as a dot, at the share that its true class gets, in the line of that class."""
    right, share = shares.argmax(1) == targets, shares[range(len(targets)), targets]
    spread = 0.6 * torch.linspace(0, 97, len(targets)).frac() - 0.3  # always alike
    figure = Figure(figsize=(7, 6.4), dpi=120, layout="constrained")
    axes = figure.subplots()
    for some, label, color in ((right, "right", RIGHT), (~right, "wrong", WRONG)):
        heights = (targets + spread)[some]
        axes.scatter(share[some], heights, s=24, alpha=0.7, linewidths=0, c=color, label=label)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set(xlabel="share of the true class", xlim=(-0.02, 1.02))
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper left", ncols=2, frameon=False)
    return figure


def draw_confusion(true: Tensor, predicted: Tensor, names: list[str]) -> Figure:
    """Draw how often each true class [N] was taken for each other [N]."""
    figure = Figure(figsize=(7, 6.4), dpi=120, layout="constrained")
    ConfusionMatrixDisplay.from_predictions(
        true,
        predicted,
        labels=range(len(names)),
        display_labels=names,
        include_values=len(names) <= 30,
        xticks_rotation=45,
        cmap="Blues",
        ax=figure.subplots(),
        colorbar=False,
    )
    return figure
