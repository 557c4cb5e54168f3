"""Pictures of what a classifier confuses, and of what it is least right about."""

from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay
from torch import Tensor

from .data.dataloader import SplitLoader

RIGHT, WRONG = "#2a7f3f", "#c0392b"


def draw_pictures(outputs: Tensor, targets: Tensor, loader: SplitLoader) -> dict[str, Figure]:
    """Draw how a model answers, with logits [N, K], for all samples of `loader`."""
    names = loader.info.output_names
    confusion = draw_confusion(targets, outputs.argmax(1), names)
    return {"confusion": confusion, "predictions": draw_worst(outputs.softmax(1), targets, loader)}


def draw_worst(shares: Tensor, targets: Tensor, loader: SplitLoader) -> Figure:
    """Draw the images whose true class gets the smallest share."""
    worst, names = shares.gather(1, targets[:, None]).argsort(0)[:15, 0], loader.info.output_names
    [raw] = loader.source.read([loader.ids[worst]])
    figure = Figure(figsize=(9.6, 6.4), dpi=120, layout="constrained")
    figure.suptitle(f"the least right of {len(targets)} samples", x=0.01, ha="left")
    for place, (i, pixels) in enumerate(zip(worst.tolist(), raw.inputs.cpu(), strict=True)):
        true, answer = names[targets[i]], names[shares[i].argmax()]
        says = f"{answer}  {shares[i].max():.0%}" + ("" if answer == true else f"\n(is {true})")
        axes = figure.add_subplot(3, 5, place + 1)
        axes.imshow(pixels.permute(1, 2, 0).numpy(), cmap="gray", vmin=0, vmax=255)  # [H, W, C]
        axes.set_title(says, fontsize=10, color=RIGHT if answer == true else WRONG)
        axes.set_axis_off()
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
