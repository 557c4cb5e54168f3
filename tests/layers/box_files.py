"""Images and annotations of boxes as files, and the stacks of layers that read them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from stacks import Stack, stack

BELOW = (
    *("base", "engine", "engine/streaming", "engine/draws", "image", "image/joint"),
    *("image/boxes", "tasks/detection", "image/annotated"),
    *("image/annotated/sizes", "image/boxes/numbers"),
)
CAT, DOG = {"id": 7, "name": "cat"}, {"id": 90, "name": "dog"}


def boxes(source: str, *layers: str) -> Stack:
    """Return a stack that reads boxes from a source."""
    return stack(*BELOW, *layers, f"image/boxes/sources/{source}")


COCO = boxes("coco", "image/coco", "image/boxes/xywh")
JSONL = boxes("jsonl", "image/boxes/xywh")
YOLO, VOC, CUSTOM = boxes("yolo"), boxes("voc", "image/listed"), boxes("custom")


def settings(project: Stack, path: Path | str, **changes: Any) -> Any:
    changes = {"input_shape": [3, 64, 64]} | changes
    return project.load("data.settings").DataSettings(dataset_path=str(path), **changes)


def load(project: Stack, path: Path | str, **changes: Any) -> Any:
    """Return what a source finds."""
    return project.load("data.source").load_samples(settings(project, path, **changes))


def paint(path: Path, width: int = 20, height: int = 10, turned: bool = False) -> Path:
    """Write noise that differs from path to path; `turned`: EXIF says that it lies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng([*str(path).encode()])
    image = Image.fromarray(chance.integers(0, 256, (height, width, 3), np.uint8))
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6
    image.save(path, exif=exif)
    return path


def image(id_: Any, name: str, width: int = 20, height: int = 10) -> dict[str, Any]:
    """Return the record of an image in COCO JSON."""
    return {"id": id_, "file_name": name, "width": width, "height": height}


def mark(id_: Any, image_id: Any, category: Any, *bbox: float, **more: Any) -> dict[str, Any]:
    """Return an annotation in COCO JSON."""
    return {"id": id_, "image_id": image_id, "category_id": category, "bbox": bbox, **more}


def write_coco(path: Path, images: Any, annotations: Any, categories: Any = (CAT, DOG)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"images": images, "annotations": annotations, "categories": categories}
    path.write_text(json.dumps(content))
    return path


def corners(found: Any, index: int = 0) -> list[list[float]]:
    """Return the boxes of an image in pixels of its file."""
    objects = found.targets[index]
    rows: list[list[float]] = objects.boxes[objects.labels >= 0].tolist()
    return rows


def messages(found: Any) -> list[str]:
    """Return what a source found odd, in words."""
    return [str(each) for each in found.targets.findings]
