"""Curves and bars of how precise a detector is, at an IoU of 0.5."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from .matching import Array
from .precision import Precision, f1_of

BLUE, LIGHT, GREY = "#2563a8", "#b9cfe8", "#8a93a0"
MAX_NAMES = 10  # classes, beyond which curves have no names
MAX_POINTS = 1000  # of a curve


def draw_curves(axes: Axes, precision: Precision, draws: Array, names: Sequence[str]) -> None:
    """Plot precision over recall, a line for each class that has objects."""
    ranking, objects = precision.rankings[0], precision.count_objects(draws)
    found, best = ranking.curve(draws)
    ap = precision.score(draws)[0][0]  # [K]
    for k in np.flatnonzero(objects).tolist():
        first, end = ranking.bounds[k : k + 2]  # at the lowest IoU, whose classes are the first
        recall = (found[first : end + 1] - found[first]) / objects[k]  # before each hit, and after
        height = np.append(best[first:end], 0.0)
        label = f"{names[k]}  {ap[k]:.2f}" if len(names) <= MAX_NAMES else None
        axes.step(*thin(recall, height), where="post", linewidth=1.2, label=label)
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1.01), ylim=(0, 1.02))
    axes.set_title("precision and recall, IoU 0.5", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    if objects.any() and len(names) <= MAX_NAMES:
        axes.legend(frameon=False, fontsize=9, title="AP50", alignment="left")


def draw_f1(axes: Axes, precision: Precision, draws: Array, threshold: float) -> None:
    """Plot F1 over all classes against the score from which detections count."""
    rows = precision.sure
    scores, counts = precision.scores[rows], draws[precision.images[rows]]
    objects = float(precision.count_objects(draws).sum())
    f1 = f1_of(scores, precision.hits[rows, 0, 0], counts, objects)
    last = np.append(scores[1:] != scores[:-1], True)[: len(scores)]  # of those as sure
    axes.plot(*thin(scores[last], f1[last]), color=BLUE)
    axes.axvline(threshold, color=GREY, linewidth=1, linestyle="--")
    axes.set(xlabel="score", ylabel="F1", xlim=(0, 1), ylim=(0, 1.02))
    axes.set_title(f"F1 {precision.best(draws).f1:.2f} at {threshold:.2f}, IoU 0.5", loc="left")
    axes.spines[["top", "right"]].set_visible(False)


def draw_classes(axes: Axes, precision: Precision, draws: Array, names: Sequence[str]) -> None:
    """Plot the average precision of each class above the number of its objects."""
    rows, places = precision.each(draws), np.arange(len(names))
    ap = np.nan_to_num([[row["ap"], row["ap_50"]] for row in rows])  # [K, 2]
    axes.bar(places, ap[:, 1], color=LIGHT, label="IoU 0.5")
    axes.bar(places, ap[:, 0], color=BLUE, width=0.5, label="IoU 0.5 to 0.95")
    labels = [f"{name}\n{row['objects']:.0f}" for name, row in zip(names, rows, strict=True)]
    turn = 0 if len(names) <= MAX_NAMES else 90
    axes.set_xticks(places, labels, fontsize=min(10.0, 400 / len(names)), rotation=turn)
    axes.set_ylim(0, 1.02)
    axes.set_title("average precision, and objects, of each class", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=9, ncols=2)


def thin(x: Array, y: Array) -> tuple[Array, Array]:
    """Return a curve with fewer points, the last one among them."""
    step = max(1, len(x) // MAX_POINTS)
    return np.append(x[::step], x[-1:]), np.append(y[::step], y[-1:])
