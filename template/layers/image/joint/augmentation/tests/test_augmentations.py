"""The augmentations: images move with what there is to be found in them, each by its own draw."""

import pytest
import torch
from augmenting import AUGMENTATION, MIXING
from samples import load_synthetic, make_info, make_settings

from pkg.batch import Batch
from pkg.data.transforms import Prepare
from pkg.engine.errors import UserError

IDS = [*range(16)]


def prepare(names: list[str], ids: list[int], epoch: int = 0) -> Batch:
    """Return the samples of these numbers, augmented."""
    samples = load_synthetic(make_settings())
    info = make_info(samples.output_names)
    return Prepare(info, torch.device("cpu"), names, 0)(samples[ids], epoch)


@pytest.mark.parametrize("names", [AUGMENTATION, *([name] for name in AUGMENTATION)])
def test_a_sample_is_the_same_in_any_batch(names: list[str]) -> None:
    few, many = prepare(names, IDS[5:8]), prepare(names, IDS)
    assert all(one.equal(other) for one, other in zip(few, many.cut(5, 8), strict=True))


@pytest.mark.parametrize("name", [*AUGMENTATION, *MIXING])
def test_images_change_and_change_again(name: str) -> None:
    first, second, plain = prepare([name], IDS), prepare([name], IDS, 1), prepare([], IDS)
    assert first.inputs.shape == plain.inputs.shape
    assert not first.inputs.equal(plain.inputs)
    assert not first.inputs.equal(second.inputs)


def test_all_at_once() -> None:
    batch = prepare([*MIXING, *AUGMENTATION], IDS)
    assert batch.inputs.isfinite().all()
    assert batch.ids.tolist() == IDS


@pytest.mark.parametrize("name", ["AUGMENTATION", "geometry", "mixup"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(UserError, match=rf"data\.augmentation: this project has no \['{name}'\]"):
        prepare([*AUGMENTATION, name], IDS)
