"""Pictures of what a classifier confuses, and of how sure it is of every row."""

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn

from .data.dataloader import SplitLoader

RIGHT, WRONG = "#2563a8", "#c0392b"


def draw_pictures(model: nn.Module, loader: SplitLoader, metrics: nn.Module) -> dict[str, Figure]:
    """Draw what `metrics` counted, and how `model` answers for the samples of `loader`."""
    confusion = draw_confusion(metrics.get_buffer("confusion").cpu(), loader.info.output_names)
    return {"confusion": confusion, "predictions": draw_predictions(model.eval(), loader)}


@torch.inference_mode()
def draw_predictions(model: nn.Module, loader: SplitLoader) -> Figure:
    """Draw every row as a dot, at the share that its true class gets, in the line of that class."""
    names = loader.info.output_names
    pairs = [(model(x.inputs).softmax(1).cpu(), x.targets.cpu()) for x in loader.batches()]
    shares, targets = (torch.cat(column) for column in zip(*pairs, strict=True))
    right, share = shares.argmax(1) == targets, shares[range(len(targets)), targets]
    heights = (
        targets + 0.6 * torch.linspace(0, 97, len(targets)).frac() - 0.3
    )  # spread, always alike
    figure = Figure(figsize=(7, 6.4), dpi=120, layout="constrained")
    axes = figure.subplots()
    for chosen, label, color in ((right, "right", RIGHT), (~right, "wrong", WRONG)):
        axes.scatter(
            share[chosen], heights[chosen], s=24, alpha=0.7, linewidths=0, c=color, label=label
        )
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set(xlabel="share of the true class", xlim=(-0.02, 1.02))
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper left", ncols=2, frameon=False)
    return figure


def draw_confusion(counts: Tensor, names: list[str]) -> Figure:
    """Draw a matrix of counts; the colour is the share of the true class."""
    figure = Figure(figsize=(7, 6.4), dpi=120, layout="constrained")
    axes, shares = figure.subplots(), counts / counts.sum(1, keepdim=True).clamp(min=1)
    axes.imshow(shares.numpy(), cmap="Blues", vmin=0, vmax=1)
    size = min(11.0, 160 / len(names))
    for true, row in enumerate(counts.tolist() if len(names) <= 30 else []):
        for predicted, count in enumerate(row):
            colour = "white" if shares[true, predicted] > 0.5 else "black"
            text = str(count) if count else "·"
            axes.text(predicted, true, text, ha="center", va="center", color=colour, fontsize=size)
    axes.set_xticks(range(len(names)), names, rotation=45 if len("".join(names)) > 60 else 0)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0, labelsize=size)
    axes.spines[:].set_visible(False)
    axes.set(xlabel="predicted", ylabel="true")
    axes.set_title(f"{counts.diag().sum()} of {counts.sum()} right", loc="left")
    return figure
