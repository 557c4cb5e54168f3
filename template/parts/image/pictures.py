"""Pictures of what a classifier confuses, and of what it is least right about."""

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn

from .data.dataloader import SplitLoader

RIGHT, WRONG = "#2a7f3f", "#c0392b"


def draw_pictures(model: nn.Module, loader: SplitLoader, metrics: nn.Module) -> dict[str, Figure]:
    """Draw what `metrics` counted, and how `model` answers for some samples of `loader`."""
    confusion = draw_confusion(metrics.get_buffer("confusion").cpu(), loader.info.output_names)
    return {"confusion": confusion, "predictions": draw_predictions(model.eval(), loader)}


@torch.inference_mode()
def draw_predictions(model: nn.Module, loader: SplitLoader) -> Figure:
    """Draw the images whose true class gets the smallest share, of 128 that are looked at."""
    ids, names = loader.ids[:: -(-len(loader.ids) // 128)], loader.info.output_names
    raws = list(loader.source.read(ids.split(loader.batch_size)))
    shares = torch.cat([model(loader.prepare(raw, 0).inputs).softmax(1) for raw in raws]).cpu()
    targets = torch.cat([raw.targets for raw in raws]).cpu()
    images = [x.permute(1, 2, 0).numpy() for raw in raws for x in raw.inputs.cpu()]  # [H, W, C]
    figure = Figure(figsize=(9.6, 6.4), dpi=120, layout="constrained")
    figure.suptitle(f"the least right of {len(ids)} samples", x=0.01, ha="left")
    order = shares[range(len(ids)), targets].argsort().tolist()
    for axes, i in zip(figure.subplots(3, 5).flat, order, strict=False):
        true, answer = names[targets[i]], names[shares[i].argmax()]
        axes.imshow(images[i], cmap="gray", vmin=0, vmax=255)
        says = f"{answer}  {shares[i].max():.0%}" + ("" if answer == true else f"\n(is {true})")
        axes.set_title(says, fontsize=10, color=RIGHT if answer == true else WRONG)
    for axes in figure.axes:
        axes.set_axis_off()
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
