"""Images and their objects as a folder with `_annotations.coco.json`, as exporters write it."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FILE = "_annotations.coco.json"


class ImageEntry(NamedTuple):
    """An image with its objects."""

    name: str  # of its file, without the suffix
    pixels: NDArray[np.uint8]  # [H, W] or [H, W, 3]
    objects: list[dict[str, Any]]  # of `annotation`


def annotation(
    label: int, box: tuple[int, int, int, int], area: int, **more: object
) -> dict[str, Any]:
    """Return an object, still without the ids that its file gives it.

    Args:
        label: The index of its class.
        box: Left, top, right and bottom in pixels: the last pixel is right - 1.
        area: How many pixels belong to it.
        **more: Other entries, such as `segmentation`.
    """
    left, top, right, bottom = box
    bbox = [left, top, right - left, bottom - top]
    return {"category_id": label + 1, "bbox": bbox, "area": area, "iscrowd": 0, **more}


def write_images(
    folder: Path, classes: Sequence[str], images: Iterable[ImageEntry], note: str
) -> None:
    """Write images as PNG into `folder`, and what is in them into its JSON file."""
    folder.mkdir(parents=True, exist_ok=True)
    entries, objects = list[dict[str, Any]](), list[dict[str, Any]]()
    for image_id, image in enumerate(images, 1):
        file = f"{image.name}.png"
        Image.fromarray(image.pixels).save(folder / file, compress_level=1)
        height, width = image.pixels.shape[:2]
        entries.append({"id": image_id, "file_name": file, "width": width, "height": height})
        for each in image.objects:
            objects.append({"id": len(objects) + 1, "image_id": image_id, **each})
    content = {
        "info": {"description": note},
        "categories": [{"id": id, "name": name} for id, name in enumerate(classes, 1)],
        "images": entries,
        "annotations": objects,
    }
    (folder / FILE).write_text(json.dumps(content), encoding="utf-8")
