"""Plots of what a classifier confuses, and of the images that it is most wrong about."""

from matplotlib.figure import Figure
from torch import Tensor

from ..data.dataloader import SplitLoader
from ..data.sizing import crop_middle
from .confusion import draw_confusion_matrix, plain

CORRECT, WRONG = "#2a7f3f", "#c0392b"


def draw_plots(outputs: Tensor, targets: Tensor, loader: SplitLoader) -> Figure:
    """Plot the confusion matrix and the images whose true class is least probable.

    Args:
        outputs: Logits [N, K] of all samples of the loader.
        targets: Their classes, int64 [N].
        loader: Where the images come from, in the same order.
    """
    names = plain(loader.info.output_names)
    figure = Figure(figsize=(16.6, 6.4), dpi=120, layout="constrained")
    [[left, right]] = figure.subfigures(1, 2, squeeze=False, width_ratios=[7, 9.6])
    draw_confusion_matrix(left.subplots(), outputs, targets, names)

    probabilities = outputs.softmax(1)  # [N, K]
    worst = probabilities.gather(1, targets[:, None]).argsort(0)[:15, 0]
    [raw] = loader.source.read([loader.ids[worst]])
    images = crop_middle(raw.inputs, loader.info.input_shape[1:]).cpu()  # as the model sees them
    title = f"the true class is least probable: {len(worst)} of {len(targets)} samples"
    right.suptitle(title, x=0.01, ha="left")
    for place, (i, pixels) in enumerate(zip(worst.tolist(), images, strict=True), 1):
        true, predicted = names[targets[i]], names[probabilities[i].argmax()]
        correct = predicted == true
        title = f"{predicted}  {probabilities[i].max():.0%}" + f"\n(is {true})" * (not correct)
        axes = right.add_subplot(3, 5, place)
        axes.imshow(pixels.permute(1, 2, 0).numpy(), cmap="gray", vmin=0, vmax=255)  # [H, W, C]
        axes.set_title(title, fontsize=10, color=CORRECT if correct else WRONG)
        axes.set_axis_off()
    return figure
