"""A picture of what a classifier confuses, and of how sure it is of every row."""

import torch
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay
from torch import Tensor

from ..data.dataloader import SplitLoader


def draw_pictures(outputs: Tensor, targets: Tensor, loader: SplitLoader) -> Figure:
    """Draw the confusion matrix, and each row as a dot at the share that its true class gets."""
    shares = outputs.softmax(1)  # [N, K]
    names = [name.replace("$", r"\$") for name in loader.info.output_names]  # no formula begins
    figure = Figure(figsize=(14, 6.4), dpi=120, layout="constrained")
    [[left, right]] = figure.subfigures(1, 2, squeeze=False)
    ConfusionMatrixDisplay.from_predictions(
        [names[k] for k in targets],
        [names[k] for k in outputs.argmax(1)],
        labels=names,
        include_values=len(names) <= 30,
        xticks_rotation=45,
        cmap="Blues",
        colorbar=False,
        ax=left.subplots(),
    )
    correct, share = shares.argmax(1) == targets, shares[range(len(targets)), targets]
    spread = 0.6 * torch.linspace(0, 97, len(targets)).frac() - 0.3  # always alike
    axes = right.subplots()
    for some, label, color in ((correct, "right", "#2563a8"), (~correct, "wrong", "#c0392b")):
        heights = (targets + spread)[some]
        axes.scatter(share[some], heights, s=24, alpha=0.7, linewidths=0, c=color, label=label)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set(xlabel="share of the true class", xlim=(-0.02, 1.02))
    axes.spines[["top", "right"]].set_visible(False)
    right.legend(loc="outside upper left", ncols=2, frameon=False)
    return figure
