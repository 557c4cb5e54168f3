"""A picture of what a classifier confuses, and of what it is least right about."""

from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay
from torch import Tensor

from ..data.dataloader import SplitLoader


def draw_pictures(outputs: Tensor, targets: Tensor, loader: SplitLoader) -> Figure:
    """Draw the confusion matrix, and the images whose true class gets the smallest share."""
    shares = outputs.softmax(1)  # [N, K]
    names = [name.replace("$", r"\$") for name in loader.info.output_names]  # no formula begins
    figure = Figure(figsize=(16.6, 6.4), dpi=120, layout="constrained")
    [[left, right]] = figure.subfigures(1, 2, squeeze=False, width_ratios=[7, 9.6])
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
    worst = shares.gather(1, targets[:, None]).argsort(0)[:15, 0]
    [raw] = loader.source.read([loader.ids[worst]])
    right.suptitle(f"the least right of {len(targets)} samples", x=0.01, ha="left")
    for place, (i, pixels) in enumerate(zip(worst.tolist(), raw.inputs.cpu(), strict=True), 1):
        true, answer = names[targets[i]], names[shares[i].argmax()]
        says = f"{answer}  {shares[i].max():.0%}" + ("" if answer == true else f"\n(is {true})")
        axes = right.add_subplot(3, 5, place)
        axes.imshow(pixels.permute(1, 2, 0).numpy(), cmap="gray", vmin=0, vmax=255)  # [H, W, C]
        axes.set_title(says, fontsize=10, color="#2a7f3f" if answer == true else "#c0392b")
        axes.set_axis_off()
    return figure
