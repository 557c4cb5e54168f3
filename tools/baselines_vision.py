"""What trivial and classical methods reach on the test splits of the sets of boxes and masks.

`python -m tools.baselines_vision SET FOLDER` prints them as JSON; FOLDER is what the project's
`data/fetch.py` wrote. What a method can choose, it chooses on the training split. Boxes and
masks of objects are scored by pycocotools.
"""

import contextlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as rle
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from scipy import ndimage

Found = list[dict[str, Any]]  # detections as COCO has them
Method = Callable[[NDArray[np.uint8]], Found]  # from an image [H, W, 3]
Labeller = Callable[[NDArray[np.uint8]], NDArray[np.integer[Any]]]  # from it to classes [H, W]
BACKGROUND = 0
MIN_AREA = 20  # pixels of a component that counts
RED = 0  # channel in which trees stand out most from their shadows
BLOB_SIGMAS = (6.0, 9.0, 12.0)  # pixels
BLOB_SIDES = (32.0, 40.0, 48.0)  # pixels
FILLED = {"square": 0.9, "disc": 0.7}  # fraction of its box from which on; less is a triangle


def main() -> None:
    """Print the metrics of a set's baselines."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    print(json.dumps(BASELINES[name](folder)))


def trees(folder: Path) -> dict[str, dict[str, float]]:
    """One average box; and bright blobs, of the size and with the boxes that fit best."""
    choices = [find_blobs(sigma, side) for sigma in BLOB_SIGMAS for side in BLOB_SIDES]
    scores = [score_objects(folder / "train", choice, "bbox")["map_50"] for choice in choices]
    best = choices[int(np.argmax(scores))]
    trivial = average_box(read_coco(folder / "train"))
    return {
        "trivial": score_objects(folder / "test", trivial, "bbox"),
        "classical": score_objects(folder / "test", best, "bbox"),
    }


def nuclei(folder: Path) -> dict[str, dict[str, float]]:
    """One average box, filled; and connected components above Otsu's threshold of each tile."""
    trivial = average_box(read_coco(folder / "train"))
    return {
        "trivial": score_objects(folder / "test", trivial, "segm"),
        "classical": score_objects(folder / "test", find_bright, "segm"),
    }


def shapes(folder: Path) -> dict[str, dict[str, float]]:
    """One average box; and components unlike the background, named by how they fill their box."""
    trivial = average_box(read_coco(folder / "train"))
    return {
        "trivial": score_objects(folder / "test", trivial, "bbox"),
        "classical": score_objects(folder / "test", find_shapes, "bbox"),
    }


def shape_masks(folder: Path) -> dict[str, dict[str, float]]:
    """All background; and the same components as masks."""
    return {
        "trivial": score_masks(folder / "test", all_background, 4),
        "classical": score_masks(folder / "test", label_shapes, 4),
    }


def brains(folder: Path) -> dict[str, dict[str, float]]:
    """All background; and for each brightness the class that most training pixels of it have."""
    counts = np.zeros((256, 3), int)
    for image, mask in read_masks(folder / "train"):
        np.add.at(counts, (image[..., 0], mask), 1)
    best = counts.argmax(1)  # [256]
    return {
        "trivial": score_masks(folder / "test", all_background, 3),
        "classical": score_masks(folder / "test", lambda image: best[image[..., 0]], 3),
    }


def read_coco(folder: Path) -> COCO:
    """Read the annotations of a split, quietly."""
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(folder / "_annotations.coco.json")


def real_objects(truth: COCO) -> list[dict[str, Any]]:
    """Return the objects that count."""
    return [each for each in truth.dataset["annotations"] if not each["iscrowd"]]


def score_objects(folder: Path, method: Method, kind: str) -> dict[str, float]:
    """Return AP@[.5:.95] and AP50 of a method on a split, of boxes (bbox) or masks (segm)."""
    truth, found = read_coco(folder), list[dict[str, Any]]()
    for image_id, image in truth.imgs.items():
        pixels = np.asarray(Image.open(folder / image["file_name"]).convert("RGB"))
        found += [{"image_id": image_id, **each} for each in method(pixels)]
    if not found:
        return {"map": 0.0, "map_50": 0.0}
    with contextlib.redirect_stdout(io.StringIO()):
        scores = COCOeval(truth, truth.loadRes(found), kind)
        scores.evaluate()
        scores.accumulate()
        scores.summarize()
    return {"map": float(scores.stats[0]), "map_50": float(scores.stats[1])}


def average_box(train: COCO) -> Method:
    """Return what finds the training split's mean box, of its most frequent class, anywhere."""
    objects = real_objects(train)
    box = np.mean([each["bbox"] for each in objects], 0)
    label = int(np.bincount([each["category_id"] for each in objects]).argmax())

    def find(image: NDArray[np.uint8]) -> Found:
        mask = np.zeros(image.shape[:2], bool)
        left, top, width, height = box.round().astype(int)
        mask[top : top + height, left : left + width] = True
        return [{**as_object(mask, label, 1.0), "bbox": box.tolist()}]

    return find


def find_blobs(sigma: float, side: float) -> Method:
    """Return what finds bright blobs: maxima of a Laplacian of Gaussians, each in a square.

    Args:
        sigma: Of the Gaussian, in pixels.
        side: Of the square, in pixels; it is cut at the border of the image.
    """

    def find(image: NDArray[np.uint8]) -> Found:
        values = -ndimage.gaussian_laplace(image[..., RED].astype(float), sigma)
        peaks = (ndimage.maximum_filter(values, 9) == values) & (values > 0)
        found = []
        for row, column in np.argwhere(peaks).tolist():
            center = np.array([column, row]) + 0.5
            start = (center - side / 2).clip(0)
            sides = (center + side / 2).clip(None, [image.shape[1], image.shape[0]]) - start
            score = float(values[row, column])
            found.append({"category_id": 1, "bbox": [*start, *sides], "score": score})
        return found

    return find


def find_bright(image: NDArray[np.uint8]) -> Found:
    """Find the components of an image that are brighter than Otsu's threshold."""
    smooth = ndimage.gaussian_filter(image[..., 0].astype(float), 1)
    return [as_object(mask, 1, float(smooth[mask].mean())) for mask in parts(smooth > otsu(smooth))]


def otsu(values: NDArray[np.float64]) -> float:
    """Return the threshold between two groups of values that parts their means best."""
    counts, edges = np.histogram(values, 256)
    middles = (edges[:-1] + edges[1:]) / 2
    below, above = counts.cumsum()[:-1], counts[::-1].cumsum()[::-1][1:]
    sums = (counts * middles).cumsum()
    means = sums[:-1] / below.clip(1), (sums[-1] - sums[:-1]) / above.clip(1)
    return float(edges[1:-1][(below * above * (means[0] - means[1]) ** 2).argmax()])


def find_shapes(image: NDArray[np.uint8]) -> Found:
    """Find what differs from the most frequent colour, and name it."""
    smooth = ndimage.median_filter(image, (5, 5, 1)).astype(float)
    background = np.median(smooth, axis=(0, 1))
    distance = abs(smooth - background).max(-1)
    return [as_object(mask, name_shape(mask), 1.0) for mask in parts(distance > otsu(distance))]


def name_shape(mask: NDArray[np.bool_]) -> int:
    """Return the number of a shape by how much of its box it fills."""
    rows, columns = np.nonzero(mask)
    filled = len(rows) / (np.ptp(rows) + 1) / (np.ptp(columns) + 1)
    return 2 if filled >= FILLED["square"] else 1 if filled >= FILLED["disc"] else 3


def label_shapes(image: NDArray[np.uint8]) -> NDArray[np.integer[Any]]:
    """Return the class of each pixel [H, W], from the shapes that are found."""
    labels = all_background(image)
    for each in find_shapes(image):
        labels[rle.decode(each["segmentation"]) > 0] = each["category_id"]
    return labels


def parts(mask: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    """Yield the connected components of a mask [H, W] that are large enough."""
    numbers, count = ndimage.label(mask)
    for number in range(1, count + 1):
        if (numbers == number).sum() >= MIN_AREA:
            yield numbers == number


def as_object(mask: NDArray[np.bool_], category_id: int, score: float) -> dict[str, Any]:
    """Return a mask [H, W] as a detection with its box."""
    outline = rle.encode(np.asfortranarray(mask, "uint8"))
    box = rle.toBbox(outline).tolist()
    return {"category_id": category_id, "bbox": box, "segmentation": outline, "score": score}


def read_masks(folder: Path) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """Yield the images [H, W, 3] of a split, each with the classes [H, W] of its pixels."""
    for file in sorted((folder / "images").iterdir()):
        image = Image.open(file).convert("RGB")
        yield np.asarray(image), np.asarray(Image.open(folder / "masks" / file.name))


def score_masks(folder: Path, method: Labeller, num_classes: int) -> dict[str, float]:
    """Return the mean IoU of a method on a split, and that of each class."""
    confusion = np.zeros((num_classes, num_classes), int)  # [true, found]
    for image, mask in read_masks(folder):
        np.add.at(confusion, (mask, method(image)), 1)
    both = np.diag(confusion)
    ious = both / (confusion.sum(0) + confusion.sum(1) - both)
    return {"iou": float(ious.mean()), **{f"iou_{i}": float(iou) for i, iou in enumerate(ious)}}


def all_background(image: NDArray[np.uint8]) -> NDArray[np.integer[Any]]:
    """Call every pixel background."""
    return np.full(image.shape[:2], BACKGROUND)


BASELINES: dict[str, Callable[[Path], dict[str, dict[str, float]]]] = {
    "trees": trees,
    "nuclei": nuclei,
    "shapes": shapes,
    "shape_masks": shape_masks,
    "brains": brains,
}

if __name__ == "__main__":
    main()
