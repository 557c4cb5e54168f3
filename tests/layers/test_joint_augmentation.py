"""Images that move with their boxes and masks: against torchvision, and at the edges."""

from types import SimpleNamespace
from typing import Any

import pytest
import torch
import torchvision.transforms.v2.functional as F
from stacks import stack
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.tv_tensors import BoundingBoxes, Image, Mask

FLIPS = ["horizontal_flip", "vertical_flip"]
MOVES = [*FLIPS, "rotation", "random_crop", "random_resized_crop", "scale_jitter"]
COLORS = ["color_jitter", "gaussian_blur", "random_erasing"]
COMMON = (
    "engine",
    "engine/draws",
    "image",
    "image/joint",
    *(f"image/augmentation{name}" for name in ("", "/boxes", "/inside", "/color")),
    *(f"image/augmentation/{name}" for name in COLORS),
    "image/joint/augmentation",
    *(f"image/joint/augmentation/{name}" for name in MOVES),
)
BOXES = stack(*COMMON, "image/boxes", "image/boxes/augmentation", "image/boxes/augmentation/mosaic")
MASK_LAYERS = ("image/joint/augmentation/masks", "image/masks", "image/masks/augmentation")
MASKS = stack(*COMMON, *MASK_LAYERS)
Draws = BOXES.load("engine.data.draws").Draws
geometry = BOXES.load("data.geometry")
moving = BOXES.load("data.moving")
move_masks = MASKS.load("data.moving_masks").move_masks
BATCH, OBJECTS, HEIGHT, WIDTH = 48, 5, 40, 52  # neither square nor a power of 2
SIZE = (HEIGHT, WIDTH)
BILINEAR, NEAREST = InterpolationMode.BILINEAR, InterpolationMode.NEAREST
CPU = torch.device("cpu")


def draws_of(count: int = BATCH, epoch: int = 0) -> Any:
    return Draws(7, epoch, torch.arange(count) + 100)


def maps_of(name: str) -> Tensor:
    """Return the maps that a move draws for the samples of `draws_of`."""
    draw_maps = vars(BOXES.load(f"data.moves.{name}"))[name]
    return draw_maps(draws_of(), SIZE)


def motion_of(maps: Tensor, only_flips: bool = False) -> Any:
    return geometry.Motion(maps, SIZE, only_flips)


def make_images(count: int = BATCH) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(256, (count, 3, *SIZE), generator=generator, dtype=torch.uint8)


def make_masks(count: int = BATCH) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randint(4, (count, *SIZE), generator=generator, dtype=torch.uint8)


def make_boxes(count: int = BATCH, objects: int = OBJECTS) -> Tensor:
    """Return boxes [B, M, 4] anywhere in the images, some up to their edges."""
    torch.manual_seed(2)
    limits = torch.tensor([WIDTH, HEIGHT])
    low, high = (torch.rand(count, objects, 2, 2) * 1.2 - 0.1).sort(dim=2).values.unbind(2)
    low = (low * limits).clamp(torch.zeros(2), limits - 1)
    return torch.cat([low, (high * limits).clamp(low + 1, limits.float())], dim=-1)


def make_batch(count: int = BATCH, objects: int = OBJECTS, **changes: Tensor) -> Any:
    boxes = changes.get("boxes", make_boxes(count, objects))
    ids = torch.arange(count) + 100
    labels = torch.arange(count * objects).view(count, objects) % 4 - 1  # -1: there is none
    fields = {
        "inputs": make_images(count),
        "boxes": boxes * (labels >= 0)[..., None],
        "labels": labels,
        "ignored": torch.zeros(count, objects, dtype=torch.uint8),
        "areas": torch.full((count, objects), 9.0),
        "scales": torch.ones(count, 2),
        "seeds": ids,
        "ids": ids,
    }
    return BOXES.load("batch").Batch(**{**fields, **changes})


def make_mask_batch(count: int = BATCH) -> Any:
    ids, fields = torch.arange(count) + 100, {"inputs": make_images(count)}
    batch = MASKS.load("batch").Batch
    others = dict.fromkeys(batch._fields, ids)
    return batch(**{**others, **fields, "masks": make_masks(count)})


def prepare(batch: Any, names: list[str], pkg: Any = BOXES, device: str = "cpu") -> Any:
    """Return the batch, augmented, in units of 0 to 1."""
    info = SimpleNamespace(normalization_mean=[0.0] * 3, normalization_std=[1.0] * 3)
    return pkg.load("data.transforms").Prepare(info, torch.device(device), names, 7)(batch, 0)


def expect(name: str, index: int, value: Any, fill: int | None, mode: InterpolationMode) -> Any:
    """Let torchvision change an image, a mask or boxes by what the sample has drawn."""
    uniform = draws_of().uniform(name, 4)[index].tolist()
    affine = {"shear": [0.0, 0.0], "interpolation": mode, "fill": fill}
    if name in FLIPS:
        return getattr(F, name)(value) if uniform[0] < 0.5 else value
    if name == "rotation":
        return F.rotate(value, (2 * uniform[0] - 1) * 15, interpolation=mode, fill=fill)
    if name == "random_crop":
        pad_y, pad_x = HEIGHT // 8, WIDTH // 8
        padded = F.pad(value, [pad_x, pad_y], fill=fill)
        top, left = int(uniform[0] * (2 * pad_y + 1)), int(uniform[1] * (2 * pad_x + 1))
        return F.crop(padded, top, left, *SIZE)
    scale = 0.5 + uniform[0]
    shift = [uniform[1] * WIDTH * (1 - scale), uniform[2] * HEIGHT * (1 - scale)]
    return F.affine(value, 0.0, shift, scale, center=[0.0, 0.0], **affine)


@pytest.mark.parametrize("name", [name for name in MOVES if name != "random_resized_crop"])
def test_moves_equal_torchvision(name: str) -> None:
    motion = motion_of(maps_of(name))
    images, masks, boxes = make_images(), make_masks(), make_boxes()
    moved, labelled = motion.move_images(images), move_masks(masks, motion, 255)
    placed = moving.move_boxes(boxes, motion.maps)
    placed = placed.clamp(torch.zeros(4), torch.tensor([WIDTH, HEIGHT] * 2))
    for i in range(BATCH):
        # Where torchvision fills by itself, it does not blend to the grey at the edges.
        image = 114 + expect(name, i, Image(images[i] - 114.0), None, BILINEAR)
        assert float((moved[i] - image).abs().max()) <= 0.5 + 0.01  # they are rounded
        mask = expect(name, i, Mask(masks[i]), 255, NEAREST)
        assert torch.equal(labelled[i], mask)
        given = BoundingBoxes(boxes[i], format="XYXY", canvas_size=SIZE)
        found = F.clamp_bounding_boxes(expect(name, i, given, None, NEAREST))
        torch.testing.assert_close(placed[i], found.as_subclass(Tensor), atol=1e-3, rtol=0)


def test_random_resized_crop_equals_torchvision() -> None:
    """But for pixels at the edge, where torchvision does not see what it has cut off."""
    crop = BOXES.load("data.moves.random_resized_crop")
    draw_boxes = BOXES.load("data.augmentations.boxes").draw_boxes
    uniform = draws_of().uniform("random_resized_crop", 4)
    crops = torch.cat(draw_boxes(uniform, *SIZE, crop.AREA, crop.ASPECT), 1).int().tolist()
    motion, limits = motion_of(maps_of("random_resized_crop")), torch.tensor([WIDTH, HEIGHT] * 2)
    images, masks, boxes = make_images(), make_masks(), make_boxes()
    moved, labelled = motion.move_images(images), move_masks(masks, motion, 255)
    placed = moving.move_boxes(boxes, motion.maps)
    edges = (motion.grid + 1) / 2 * torch.tensor([WIDTH, HEIGHT])
    between = ((edges - edges.round()).abs() > 1e-3).all(-1)  # else two pixels are as near
    assert float(between.float().mean()) > 0.8
    for i, (top, left, height, width) in enumerate(crops):
        box, y, x = (top, left, height, width), HEIGHT // height + 1, WIDTH // width + 1
        image = F.resized_crop(Image(images[i].float()), *box, size=list(SIZE))
        inner = (slice(None), slice(y, -y), slice(x, -x))
        assert float((moved[i] - image)[inner].abs().max()) <= 0.5 + 0.01
        exact = InterpolationMode.NEAREST_EXACT  # its `nearest` is half a pixel off
        mask = F.resized_crop(Image(masks[i]), *box, size=list(SIZE), interpolation=exact)
        assert torch.equal(labelled[i][between[i]], mask[0][between[i]])
        given = BoundingBoxes(boxes[i], format="XYXY", canvas_size=SIZE)
        found = F.resized_crop(given, *box, size=list(SIZE)).as_subclass(Tensor)
        torch.testing.assert_close(
            placed[i].clamp(torch.zeros(4), limits), found, atol=1e-3, rtol=0
        )


@pytest.mark.parametrize("only_flips", [True, False])
def test_flips_are_exact_copied_or_sampled(only_flips: bool) -> None:
    maps = geometry.chain(maps_of("horizontal_flip"), maps_of("vertical_flip"))
    images, masks = make_images(), make_masks()
    motion = motion_of(maps, only_flips)
    moved, labelled = motion.move_images(images), move_masks(masks, motion, 255)
    kinds = set()
    for i in range(BATCH):
        axes = [-1 - axis for axis in (0, 1) if maps[i, axis, axis] < 0]
        kinds.add(tuple(axes))
        assert torch.equal(moved[i], images[i].flip(axes).to(moved.dtype))
        assert torch.equal(labelled[i], masks[i].flip(axes))
    assert len(kinds) == 4


def test_what_is_not_moved_stays_as_it_is() -> None:
    motion, batch = motion_of(geometry.identity_maps(draws_of())), make_batch()
    assert torch.equal(motion.move_images(batch.inputs), batch.inputs.float())
    moved = moving.move(batch, motion)
    there = batch.labels >= 0
    for name in ("boxes", "labels", "ignored", "areas"):
        assert torch.equal(getattr(moved, name)[there], getattr(batch, name)[there])


def test_maps_are_chained_in_order_and_inverted() -> None:
    first, then = maps_of("rotation").double(), maps_of("scale_jitter").double()
    both = geometry.chain(first, then)
    torch.testing.assert_close(both, then @ first, atol=1e-9, rtol=0)
    torch.testing.assert_close(geometry.invert(both), both.inverse()[:, :2], atol=1e-9, rtol=0)
    torch.testing.assert_close(geometry.determinants(both), both.det(), atol=1e-9, rtol=0)


def test_moves_follow_each_other_as_they_are_named() -> None:
    names, batch = ["scale_jitter", "horizontal_flip", "rotation"], make_batch()
    maps = torch.eye(3).double()
    for name in names:
        maps = maps_of(name).double() @ maps
    expected = moving.move(batch, motion_of(maps.float()))
    found = prepare(batch, names)
    there = (expected.labels >= 0) & (found.labels >= 0)
    torch.testing.assert_close(found.boxes[there], expected.boxes[there], atol=1e-3, rtol=0)
    assert int(there.sum()) > 50
    assert float((found.labels == expected.labels).float().mean()) > 0.95  # but for rounding


@pytest.mark.parametrize(
    ("box", "shift", "found"),
    [
        ([0, 0, 8, 8], [0, 0], [0, 0, 8, 8]),  # at the border
        ([44, 32, 52, 40], [0, 0], [44, 32, 52, 40]),
        ([0, 0, 52, 40], [0, 0], [0, 0, 52, 40]),
        ([0, 0, 8, 8], [-6, 0], [0, 0, 2, 8]),  # a quarter is left
        ([0, 0, 8, 8], [-6.1, 0], None),  # less
        ([0, 0, 8, 8], [-4, -4], [0, 0, 4, 4]),  # a quarter, too
        ([0, 0, 8, 8], [0, 40], None),  # outside
        ([0, 0, 8, 8], [900, -900], None),
        ([5, 5, 6, 9], [0, 0], [5, 5, 6, 9]),  # a pixel wide
        ([5, 5, 5.9, 9], [0, 0], None),
        ([0, 0, 2, 2], [-1.1, 0], None),
        ([7, 7, 7, 7], [0, 0], None),  # of no area
    ],
)
def test_boxes_of_which_little_is_left_go(
    box: list[float], shift: list[float], found: list[float] | None
) -> None:
    maps = geometry.identity_maps(draws_of(1))
    maps[0, :2, 2] = torch.tensor(shift)
    fields = {
        "boxes": torch.tensor([[box]]).float(),
        "labels": torch.tensor([[3]]),
        "ignored": torch.tensor([[2]], dtype=torch.uint8),
        "areas": torch.tensor([[100.0]]),
    }
    moved = moving.move(make_batch(1, 1, **fields), motion_of(maps))
    torch.testing.assert_close(moved.boxes[0, 0], torch.tensor(found or [0.0] * 4).float())
    assert moved.labels.item() == (3 if found else -1)
    assert moved.ignored.item() == (2 if found else 0)
    if found:
        part = (
            (found[2] - found[0]) * (found[3] - found[1]) / ((box[2] - box[0]) * (box[3] - box[1]))
        )
        assert moved.areas.item() == pytest.approx(100 * part)
    else:
        assert moved.areas.item() == 0


def test_areas_grow_with_their_objects() -> None:
    maps = geometry.identity_maps(draws_of(1))
    maps[0, 0, 0], maps[0, 1, 1] = -2, 1.5
    maps[0, 0, 2] = WIDTH
    moved = moving.move(
        make_batch(1, 1, boxes=torch.tensor([[[2.0, 2, 8, 8]]]), labels=torch.tensor([[0]])),
        motion_of(maps),
    )
    assert moved.boxes.tolist() == [[[36, 3, 48, 12]]]
    assert moved.areas.item() == pytest.approx(27)


@pytest.mark.parametrize("names", [*([name] for name in [*MOVES, *COLORS]), [*MOVES, *COLORS]])
def test_a_sample_is_the_same_in_any_batch(names: list[str]) -> None:
    """To the last bit, boxes and masks as well."""
    for pkg, batch in ((BOXES, make_batch()), (MASKS, make_mask_batch())):
        whole = prepare(batch, names, pkg)
        for start, end in ((0, 1), (1, 8), (8, 40)):
            part = prepare(batch.cut(start, end), names, pkg)
            for one, other in zip(part, whole.cut(start, end), strict=True):
                assert torch.equal(one, other)


@pytest.mark.parametrize("names", [*([name] for name in MOVES), MOVES])
def test_boxes_and_masks_stay_around_their_pixels(names: list[str]) -> None:
    """A bright rectangle, its mask and its box still belong together afterwards."""
    masks = torch.zeros(BATCH, *SIZE, dtype=torch.uint8)
    boxes = torch.zeros(BATCH, 1, 4)
    for i in range(BATCH):
        top, left, height, width = 12 + i % 5, 16 + i % 7, 8 + i % 6, 8 + i % 4
        masks[i, top : top + height, left : left + width] = 1
        boxes[i, 0] = torch.tensor([left, top, left + width, top + height])
    images = (masks * 255)[:, None].expand(-1, 3, -1, -1)
    fields = {"inputs": images, "boxes": boxes, "labels": torch.zeros(BATCH, 1).long()}
    found = prepare(make_batch(BATCH, 1, **fields), names)
    moved = prepare(make_mask_batch()._replace(inputs=images, masks=masks), names, MASKS)
    assert torch.equal(found.inputs, moved.inputs)
    seen = 0
    for image, mask, box in zip(found.inputs, moved.masks, found.boxes[:, 0], strict=True):
        rows, columns = torch.nonzero(mask == 1).unbind(1)
        if not box.any():
            assert len(rows) < 0.6 * 13 * 11 * 1.5**2
            continue
        ends = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        turned = "rotation" in names  # the tip of a turned corner may fall between pixels
        assert float((torch.stack(ends) - box).abs().max()) <= (2.0 if turned else 1.0)
        edge = (image[0] > 0.5) != (mask == 1)  # of the grey outside, too
        assert not (edge & (mask != 255)).sum() > len(rows) * 0.5
        seen += 1
    assert seen > BATCH / 2


@pytest.mark.parametrize("names", [*([name] for name in MOVES), ["mosaic"], ["mosaic", *MOVES]])
@pytest.mark.parametrize("objects", [0, 3])
def test_images_without_objects(names: list[str], objects: int) -> None:
    batch = make_batch(8, objects, labels=torch.full((8, objects), -1))
    moved = prepare(batch, names)
    assert moved.boxes.shape == (8, objects * (4 if "mosaic" in names else 1), 4)
    assert not moved.boxes.any()
    assert bool((moved.labels == -1).all())


@pytest.mark.parametrize("pkg", [BOXES, MASKS], ids=["boxes", "masks"])
@pytest.mark.parametrize("names", [FLIPS, MOVES, [*MOVES, *COLORS]])
def test_nothing_is_read_by_the_host(names: list[str], pkg: Any) -> None:
    """On the meta device a tensor has no values, so that reading one is an error."""
    batch = make_batch() if pkg is BOXES else make_mask_batch()
    mixed = ["mosaic", *names] if pkg is BOXES else names
    here, there = (
        prepare(batch, mixed, pkg),
        prepare(batch.to(torch.device("meta")), mixed, pkg, "meta"),
    )
    assert [x.shape for x in here] == [x.shape for x in there]
    assert [x.dtype for x in here] == [x.dtype for x in there]


def test_the_caller_keeps_its_images() -> None:
    batch, copy = make_batch(), make_batch()
    for names in ([], FLIPS, MOVES, COLORS, ["mosaic"]):
        prepare(batch, names)
        assert all(one.equal(other) for one, other in zip(batch, copy, strict=True))


def test_colors_leave_boxes_alone() -> None:
    batch = make_batch()
    changed = prepare(batch, COLORS)
    assert not torch.equal(changed.inputs, batch.inputs / 255)
    for name in ("boxes", "labels", "ignored", "areas"):
        assert torch.equal(getattr(changed, name), getattr(batch, name))


def test_values_are_the_same_whether_or_not_colors_change() -> None:
    """Normalized from bytes or from 0 to 1."""
    info = SimpleNamespace(normalization_mean=[0.4, 0.5, 0.6], normalization_std=[0.2, 0.3, 0.4])
    scale = torch.tensor([info.normalization_mean, info.normalization_std])[..., None, None]
    batch, kind = make_batch(), BOXES.load("data.transforms").Prepare
    expected = (batch.inputs / 255 - scale[0]) / scale[1]
    torch.testing.assert_close(kind(info, CPU, [], 0)(batch, 0).inputs, expected)
    flipped = kind(info, CPU, ["horizontal_flip"], 0)(batch, 0).inputs
    sampled = kind(info, CPU, ["horizontal_flip", "random_crop"], 0)(batch, 0).inputs
    assert float(flipped.min()) == pytest.approx(float(expected.min()))
    assert float(sampled.max()) == pytest.approx(float(expected.max()))


@pytest.mark.parametrize("count", [1, 2, BATCH])
def test_mosaic_puts_parts_and_their_boxes_together(count: int) -> None:
    """Rectangles of a color that no other image has: where a box is, there is its color."""
    boxes = make_boxes(count, 1).round()
    images = torch.zeros(count, 3, *SIZE, dtype=torch.uint8)
    for i, (left, top, right, bottom) in enumerate(boxes[:, 0].int().tolist()):
        images[i, :, top:bottom, left:right] = i + 1
    labels = torch.arange(count)[:, None] + 1
    batch = make_batch(count, 1, inputs=images, boxes=boxes, labels=labels)
    mixed = BOXES.load("data.mixing.mosaic").mosaic(batch, draws_of(count))
    assert mixed.inputs.dtype == torch.uint8
    assert mixed.boxes.shape == (count, 4, 4)
    alone = 0
    for i in range(count):
        image, boxed = mixed.inputs[i, 0], torch.zeros(SIZE, dtype=torch.bool)
        alone += torch.equal(image, images[i, 0])
        for box, label in zip(mixed.boxes[i].int().tolist(), mixed.labels[i].tolist(), strict=True):
            left, top, right, bottom = box
            assert bool((image[top:bottom, left:right] == label).all())
            boxed[top:bottom, left:right] = True
        rest = image * ~boxed  # of objects that are lost
        for label in rest.unique().tolist()[1:]:
            left, top, right, bottom = boxes[label - 1, 0].tolist()
            parts = 3 if count > 1 else 4  # of which one image may have been drawn for several
            assert int((rest == label).sum()) < parts * 0.25 * (right - left) * (bottom - top) + 1
    if count > 1:
        assert not (mixed.labels[:, 1:] == labels).any()  # the others are others
    if count == BATCH:
        assert 0.25 * BATCH < alone < 0.75 * BATCH
        assert len(mixed.labels[mixed.labels > 0].unique()) > BATCH / 2


def test_mosaic_keeps_its_draws_and_takes_others_from_its_batch() -> None:
    batch, mosaic = make_batch(), BOXES.load("data.mixing.mosaic").mosaic
    again = mosaic(batch, draws_of())
    assert all(torch.equal(*pair) for pair in zip(mosaic(batch, draws_of()), again, strict=True))
    assert not torch.equal(mosaic(batch, draws_of(epoch=1)).inputs, again.inputs)
    assert mosaic(batch, draws_of()).areas.max() <= batch.areas.max()


def test_unknown_names_are_refused_with_those_there_are() -> None:
    with pytest.raises(BOXES.UserError) as caught:
        prepare(make_batch(), ["rotation", "rotate"])
    assert "data.augmentation: this project has no ['rotate']" in str(caught.value)
    for name in (*MOVES, *COLORS, "mosaic"):
        assert f"'{name}'" in str(caught.value)
