"""Names that people use for what a task has under another name, or has not: see `spelling.py`.

A name stands in letters and digits alone. Whole models with a name of their own, such as
`fasterrcnn_resnet50_fpn_v2`, are among the backbones of their architecture.
"""

from typing import NamedTuple


class Meaning(NamedTuple):
    """What a name stands for in the catalogue."""

    name: str  # an architecture or a metric
    reason: str = ""  # why, where the name alone does not say it
    backbone: str = ""
    part: bool = False  # the name is that of what a model may be built on, and of no model


ON_FASTER_RCNN = "it is no detector by itself: Faster R-CNN is built on it"
REAL_TIME = "RT-DETR is the detector for real time here; the usual YOLO code is under the AGPL"
PIXELS = "it gives one class to an image: U-Net gives one to each pixel, from its features"

# By task. A name that ends in * stands for all that begin so.
ARCHITECTURES: dict[str, dict[str, Meaning]] = {
    "detection": {
        "resnet": Meaning("faster_rcnn", ON_FASTER_RCNN, part=True),
        "efficientnet": Meaning("faster_rcnn", ON_FASTER_RCNN, "efficientnet_b0", part=True),
        "convnext": Meaning("faster_rcnn", ON_FASTER_RCNN, "convnext_tiny", part=True),
        "vit": Meaning("yolos", "YOLOS is a Vision Transformer that detects", part=True),
        "yolo*": Meaning("rt_detr", REAL_TIME),
    },
    "segmentation": {
        "resnet": Meaning("unet", PIXELS, part=True),
        "efficientnet": Meaning("unet", PIXELS, "efficientnet_b0", part=True),
        "vit": Meaning("segformer", "SegFormer is the transformer for pixels", part=True),
        **{
            f"{name}{backbone}": Meaning("deeplab", "it is DeepLab", backbone)
            for name in ("deeplabv3", "deeplabv3plus")
            for backbone in ("resnet50", "resnet101")
        },
        "deeplab*": Meaning("deeplab", "it is DeepLabV3+"),
        **{f"segformerb{size}": Meaning("segformer", "", f"mit_b{size}") for size in range(4)},
    },
}
# By task: what it has not, and what is nearest to it.
NEAREST: dict[str, dict[str, Meaning]] = {
    "detection": {
        "ssd*": Meaning("retinanet", "one stage with anchors"),
        "efficientdet*": Meaning("retinanet", "one stage on a pyramid of features"),
        "maskrcnn*": Meaning("faster_rcnn", "the same without masks; segmentation has Mask R-CNN"),
        "cascadercnn*": Meaning("faster_rcnn", "two stages"),
        "dfine*": Meaning("rt_detr", "a detector for real time"),
        "rfdetr*": Meaning("rt_detr", "a detector for real time"),
        "deformabledetr*": Meaning("rt_detr", "a transformer that looks at a few points"),
    },
    "segmentation": {
        "fcn*": Meaning("unet", "convolutional throughout"),
        "lraspp*": Meaning("deeplab", "on dilated features"),
        "pspnet*": Meaning("deeplab", "sees several scales at once"),
        "fpn*": Meaning("unet", "joins features of several scales"),
        "linknet*": Meaning("unet", "an encoder, a decoder and links between them"),
        "mask2former*": Meaning("segformer", "a transformer"),
        "yolo*": Meaning("mask_rcnn", "masks of objects"),
        "convnext*": Meaning("unet", "on a ResNet"),
    },
}
OVERLAP = "a box is right from an overlap (IoU) of 0.5 on: detection has no mean IoU"
PRECISION = {
    "iou": Meaning("map_50", OVERLAP),
    **dict.fromkeys(
        ("map50", "ap50", "map05"), Meaning("map_50", "average precision at an IoU of 0.5")
    ),
    **dict.fromkeys(
        ("map75", "ap75", "map075"), Meaning("map_75", "average precision at an IoU of 0.75")
    ),
    **dict.fromkeys(
        ("ap", "map5095", "map595", "meanaverageprecision"),
        Meaning("map", "average precision over IoUs from 0.5 to 0.95"),
    ),
}
# By objective.
METRICS: dict[str, dict[str, Meaning]] = {
    "boxes": PRECISION,
    "instance": PRECISION,
    "semantic": {
        **dict.fromkeys(("miou", "meaniou", "jaccard"), Meaning("iou", "the mean over classes")),
        **dict.fromkeys(("f1", "dicescore"), Meaning("dice", "Dice is the F1 of pixels")),
        "pixelaccuracy": Meaning("accuracy", "the part of the pixels that are right"),
    },
}


def meaning_in(table: dict[str, dict[str, Meaning]], key: object, name: str) -> Meaning | None:
    """Return what a task or objective takes for a name of letters and digits, if it does."""
    for known, found in table.get(str(key), {}).items():
        if name == known or (known.endswith("*") and name.startswith(known[:-1])):
            return found
    return None
