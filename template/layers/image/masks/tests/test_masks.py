"""Masks: how they come to the size of the input, what is counted of them, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from samples import NAMES, load_synthetic, make_info, make_settings

from pkg.batch import Batch
from pkg.data.masks import Array, Mask, Masks
from pkg.data.sample import (
    check_known,
    check_target,
    make_sample,
    size_mask,
    unknown,
)
from pkg.data.target_findings import (
    alike,
    describe_targets_of,
    judge_targets,
)
from pkg.engine.errors import UserError
from pkg.masks import VOID

SETTINGS = replace(make_settings(), input_shape=[3, 8, 8])


def stripes(name: str) -> Array:
    """Return a mask of 4 x 2 pixels, with the classes of its name from the left."""
    return np.array([[int(digit) for digit in name]] * 2, np.uint8)


def broken(name: str) -> Array:
    raise OSError("broken data stream")


def test_masks_take_the_nearest_class_and_void_where_no_image_is() -> None:
    expected = [[0, 0, 2, 2, 0, 0, 1, 1]] * 4 + [[VOID] * 8] * 4
    assert size_mask(stripes("0201"), SETTINGS).tolist() == expected


def test_a_sample_is_an_image_with_its_mask() -> None:
    image = Image.new("RGB", (4, 2), (7, 8, 9))
    batch = make_sample(image, Mask("0201", stripes), 5, SETTINGS)
    assert (batch.inputs.shape, batch.masks.shape) == ((1, 3, 8, 8), (1, 8, 8))
    assert batch.sizes.tolist() == [[4, 2]]
    assert batch.ids.tolist() == [5]
    other = make_sample(image, unknown(1)[0], 6, SETTINGS)
    assert (other.masks == VOID).all()
    both = Batch.join([batch, other])
    assert both.size == 2
    assert all(a.equal(b) for a, b in zip(both.cut(1, 2), other, strict=True))


def test_a_mask_of_another_size_and_one_that_is_broken_are_named() -> None:
    check_target(Mask("0201", stripes), (4, 2))
    with pytest.raises(ValueError, match=r"^mask 0201 has 4 x 2 pixels, not 2 x 4 as its image"):
        check_target(Mask("0201", stripes), (2, 4))
    with pytest.raises(ValueError, match=r"^mask a: broken data stream"):
        check_target(Mask("a", broken), (4, 2))


def test_equal_masks_are_alike() -> None:
    one, other = Mask("0201", stripes), Mask("0202", stripes)
    assert alike(one, one)
    assert not alike(one, other)
    assert not alike(one, Mask("020", stripes))
    assert not alike(one, Mask("a", broken))


def test_pixels_are_counted_by_class() -> None:
    masks = Masks(["0012", "0000"], stripes, 4)
    assert masks.tally.pixels.tolist() == [[4, 2, 2, 0, 0], [8, 0, 0, 0, 0]]
    assert masks.pixels_of(torch.tensor([1])).tolist() == [[8, 0, 0, 0, 0]]
    assert Masks(["0"], broken, 4).tally.pixels.shape == (0, 5)


def test_classes_that_are_rare_or_nowhere_are_found() -> None:
    masks = Masks(["0012", "0001", "0101"], stripes, 4)
    samples = replace(load_synthetic(SETTINGS), targets=masks, output_names=[*NAMES, "boat"])
    found = [str(each) for each in judge_targets(samples, torch.tensor([1, 2]))]
    assert found == [
        "warning: class field: is nowhere in training: add samples, or split otherwise",
        "warning: class boat: is in no mask: add masks that have it, or leave it out",
    ]
    found = [str(each) for each in judge_targets(samples, torch.tensor([0, 1]))]
    assert found[0] == "warning: class field: is in one mask alone: add samples, or leave it out"
    facts = describe_targets_of(samples)
    assert facts["images with"] == {"ground": 3, "pond": 3, "field": 1, "boat": 0}
    assert facts["pixels of"] == {"ground": 14, "pond": 8, "field": 2, "boat": 0}


def test_values_mean_what_they_meant_in_training() -> None:
    info = make_info(["background", "foreground"])
    info.targets["mask_values"] = {"0": "background", "255": "foreground"}
    masks = Masks(["a"], stripes, 2, {"0": "background", "1": "foreground"})
    check_known(masks, info)
    with pytest.raises(UserError, match=r"data\.mask_values: 255 in masks was 'foreground' in tr"):
        check_known(replace(masks, values={"255": "void"}), info)
