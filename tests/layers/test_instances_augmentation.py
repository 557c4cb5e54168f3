"""Objects that move with their images: masks and boxes stay with what they mark."""

from typing import Any

import pytest
import torch
from stacks import stack

MOVES = ["horizontal_flip", "vertical_flip", "rotation", "random_crop", "scale_jitter"]
PROJECT = stack(
    *("engine", "engine/draws", "image", "image/joint", "image/boxes", "image/instances"),
    *("image/augmentation", "image/joint/augmentation", "image/joint/augmentation/masks"),
    *(f"image/joint/augmentation/{name}" for name in MOVES),
    "image/instances/augmentation",
)
Batch, Prepare = PROJECT.load("batch").Batch, PROJECT.load("data.transforms").Prepare
boxes_around = PROJECT.load("data.mask_boxes").boxes_around
COUNT, HEIGHT, WIDTH = 24, 40, 52


def make_batch() -> Any:
    """Return images whose first channel is bright where the first object is, and so on."""
    masks = torch.zeros(COUNT, 3, HEIGHT, WIDTH, dtype=torch.uint8)
    masks[:, 0, 12:26, 10:20] = 1
    masks[:, 1, 14:24, 26:42] = 1
    masks[:, 1, 14:18, 26:34] = 0  # no rectangle
    boxes = boxes_around(masks)
    areas, none = masks.flatten(2).sum(2).float(), torch.zeros(COUNT, 3)
    return Batch(
        inputs=masks * 255,
        boxes=boxes,
        labels=torch.tensor([[1, 0, -1]] * COUNT),
        ignored=none.to(torch.uint8),
        areas=areas,
        masks=masks,
        sizes=torch.tensor([[WIDTH, HEIGHT]] * COUNT),
        scales=torch.ones(COUNT, 2),
        seeds=torch.arange(COUNT),
        ids=torch.arange(COUNT),
    )


def move(names: list[str]) -> Any:
    info = PROJECT.load("data.info").DataInfo([3, HEIGHT, WIDTH], [], [0.0] * 3, [1.0] * 3, {}, {})
    return Prepare(info, torch.device("cpu"), names, 0)(make_batch(), 0)


@pytest.mark.parametrize("names", [[name] for name in MOVES] + [MOVES])
def test_masks_and_boxes_move_with_the_image(names: list[str]) -> None:
    batch, before = move(names), make_batch()
    assert not batch.masks.equal(before.masks)
    kept = batch.labels >= 0
    assert kept[:, 0].any()
    assert not kept[:, 2].any()
    for i, k in torch.nonzero(kept).tolist():
        seen, mask = batch.inputs[i, k] > 0.5, batch.masks[i, k] > 0  # grey is 114 of 255
        both, either = (seen & mask).sum(), (seen | mask).sum()
        assert both / either > 0.8
    assert batch.boxes.equal(boxes_around(batch.masks))
    assert batch.masks[~kept].sum() == batch.areas[~kept].sum() == 0


@pytest.mark.parametrize("name", ["horizontal_flip", "vertical_flip"])
def test_flips_lose_nothing(name: str) -> None:
    batch, before = move([name]), make_batch()
    assert batch.labels.equal(before.labels)
    assert batch.areas.equal(before.areas)
    flipped = batch.masks.flip(3 if name == "horizontal_flip" else 2)
    same = (batch.masks == before.masks).flatten(1).all(1)
    turned = (flipped == before.masks).flatten(1).all(1)
    assert (same ^ turned).all()
    assert same.any()
    assert turned.any()


def test_areas_follow_the_scale_and_what_is_left() -> None:
    batch, before = move(["scale_jitter"]), make_batch()
    whole = (batch.boxes[..., :2] > 0).all(2) & (batch.boxes[..., 2] < WIDTH)
    whole &= (batch.boxes[..., 3] < HEIGHT) & (batch.labels >= 0)
    pixels = batch.masks.flatten(2).sum(2)
    assert whole.any()
    assert batch.areas[whole] == pytest.approx(pixels[whole].float(), rel=0.25)
    assert not batch.areas.equal(before.areas)


def test_an_object_of_which_little_is_left_goes() -> None:
    motion = PROJECT.load("data.geometry").Motion
    moving = PROJECT.load("data.moving")
    for shift, left in ((-15.0, True), (-18.0, False)):  # 5 or 2 of 10 columns remain
        maps = torch.eye(3).repeat(COUNT, 1, 1)
        maps[:, 0, 2] = shift
        batch = moving.move(make_batch(), motion(maps, (HEIGHT, WIDTH), False))
        assert (batch.labels[:, 0] == 1).all() == left
        if left:
            assert batch.boxes[0, 0].tolist() == [0, 12, 5, 26]
            assert batch.areas[0, 0] == 5 * 14
