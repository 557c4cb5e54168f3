"""Plots of predictions against the truth, one panel for each target."""

from matplotlib.figure import Figure
from torch import Tensor

from ..data.dataloader import SplitLoader

MAX_PANELS = 4  # targets that are plotted, the first ones


def draw_plots(outputs: Tensor, targets: Tensor, loader: SplitLoader) -> Figure:
    """Plot predicted against true values.

    Args:
        outputs: Predictions [N, K] of all samples of the loader, in the units of the data.
        targets: True values [N, K].
        loader: What knows the names of the targets.
    """
    names = [name.replace("$", r"\$") for name in loader.info.output_names]  # no formula begins
    names = names[:MAX_PANELS]
    figure = Figure(figsize=(7 * len(names), 6.4), dpi=120, layout="constrained")
    for k, axes in enumerate(figure.subplots(1, len(names), squeeze=False).flat):
        true, predicted = targets[:, k].numpy(), outputs[:, k].numpy()
        limits = [min(true.min(), predicted.min()), max(true.max(), predicted.max())]
        axes.plot(limits, limits, color="#b0b7c3", linewidth=1, zorder=0)
        axes.scatter(true, predicted, s=28, alpha=0.6, color="#2563a8", linewidths=0)
        axes.set(xlabel="true", ylabel="predicted", aspect="equal")
        axes.spines[["top", "right"]].set_visible(False)
        error = abs(predicted - true).mean()
        title = f"{names[k]}: mean absolute error {error:.4g} on {len(true)} samples"
        axes.set_title(title, loc="left")
    return figure
