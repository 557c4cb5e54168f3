"""The confusion matrix of a classifier, as a plot."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from sklearn.metrics import ConfusionMatrixDisplay
from torch import Tensor

MAX_NUMBERS = 30  # classes, beyond which a cell is too small for its count


def plain(names: Sequence[str]) -> list[str]:
    """Return the names of classes as matplotlib takes them: no formulas, all of it UTF-8."""
    shown = (name.encode(errors="backslashreplace").decode() for name in names)
    return [name.replace("$", r"\$") for name in shown]


def draw_confusion_matrix(
    axes: Axes, outputs: Tensor, targets: Tensor, names: Sequence[str]
) -> None:
    """Count the true classes int64 [N] against those predicted by logits [N, K]."""
    ConfusionMatrixDisplay.from_predictions(
        [names[k] for k in targets],
        [names[k] for k in outputs.argmax(1)],
        labels=names,
        include_values=len(names) <= MAX_NUMBERS,
        xticks_rotation=45,
        cmap="Blues",
        colorbar=False,
        ax=axes,
    )
