"""Pictures of which labels are found, missed and invented, and of images with their labels."""

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn

from .data.dataloader import SplitLoader

RIGHT, WRONG, MISSED = "#2a7f3f", "#c0392b", "#c9ced6"


def draw_pictures(model: nn.Module, loader: SplitLoader, metrics: nn.Module) -> dict[str, Figure]:
    """Draw what `metrics` counted, and how `model` answers for some samples of `loader`."""
    confusion = draw_counts(metrics.get_buffer("counts").cpu(), loader.info.output_names)
    return {"confusion": confusion, "predictions": draw_predictions(model.eval(), loader)}


def draw_counts(counts: Tensor, names: list[str]) -> Figure:
    """Draw three bars of each label, end to end."""
    figure = Figure(figsize=(7, 6.4), dpi=120, layout="constrained")
    axes, left = figure.subplots(), torch.zeros(len(names))
    hits, alarms, misses, _ = counts
    bars = [(hits, "found", RIGHT), (misses, "missed", MISSED), (alarms, "invented", WRONG)]
    for row, label, color in bars:
        axes.barh(range(len(names)), row.numpy(), left=left.numpy(), color=color, label=label)
        left = left + row
    axes.set_yticks(range(len(names)), names, fontsize=min(11.0, 300 / len(names)))
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("samples")
    figure.legend(loc="outside upper left", ncols=3, frameon=False)
    return figure


@torch.inference_mode()
def draw_predictions(model: nn.Module, loader: SplitLoader) -> Figure:
    """Draw the images with most wrong labels, of 128 that are looked at."""
    ids, names = loader.ids[:: -(-len(loader.ids) // 128)], loader.info.output_names
    raws = list(loader.source.read(ids.split(loader.batch_size)))
    chosen = torch.cat([model(loader.prepare(raw, 0).inputs) > 0 for raw in raws]).cpu()  # [N, K]
    true = torch.cat([raw.targets for raw in raws]).cpu() > 0.5
    images = [x.permute(1, 2, 0).numpy() for raw in raws for x in raw.inputs.cpu()]  # [H, W, C]
    figure = Figure(figsize=(9.6, 6.4), dpi=120, layout="constrained")
    figure.suptitle(
        f"the least right of {len(ids)} samples: + invented, - missed", x=0.01, ha="left"
    )
    order = (chosen != true).sum(1).argsort(descending=True, stable=True).tolist()
    for axes, i in zip(figure.subplots(3, 5).flat, order, strict=False):
        axes.imshow(images[i], cmap="gray", vmin=0, vmax=255)
        pairs = zip(names, chosen[i].tolist(), true[i].tolist(), strict=True)
        labels = [f"{'-+'[c] if c != t else ''}{name}" for name, c, t in pairs if c or t]
        color = RIGHT if torch.equal(chosen[i], true[i]) else WRONG
        axes.set_title(", ".join(labels) or "none", fontsize=10, color=color)
    for axes in figure.axes:
        axes.set_axis_off()
    return figure
