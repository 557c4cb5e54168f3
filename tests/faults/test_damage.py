"""Damaged and foreign checkpoints: refused by name, and the one before them used."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from faulty.engine import checkpoint, files
from faulty.engine.checkpoint import BEST, LAST, load, load_newest
from faulty.engine.errors import UserError
from interruptions import bits
from runs import SHORT, Whole, contents, folder_of, make_config, run_child, said_path

NUMBERED = "epoch_00002.pt"
EVERY = 50 if SHORT else 1  # of so many flips and cuts, one is tried
DEEP = 997 if SHORT else 97  # of so many, one is loaded as well


@pytest.fixture
def folder(whole: Callable[..., Whole], tmp_path: Path) -> Path:
    """Return a copy of the checkpoints of a run that ended."""
    source, target = folder_of(whole().config), tmp_path / "copy"
    shutil.copytree(source, target)
    return target


def flips(content: bytes, every: int) -> Iterator[tuple[int, bytes]]:
    """Yield the number of a bit, and the byte of it with that bit the other way."""
    for bit in range(0, 8 * len(content), every):
        yield bit, bytes([content[bit // 8] ^ 1 << bit % 8])


def refused(path: Path) -> bool:
    """Tell whether a checkpoint is refused by an error that names the file."""
    with pytest.raises(UserError, match=rf"{path.name} is damaged or not of this project: .+"):
        load(path)
    return True


def test_every_bit_flip_is_refused(folder: Path) -> None:
    path = folder / LAST
    content, accepted, tried = path.read_bytes(), [], 0
    with path.open("r+b", buffering=0) as file:
        for bit, spoilt in flips(content, EVERY):
            file.seek(bit // 8)
            file.write(spoilt)
            if files.is_whole(path) is not False:
                accepted.append(bit)
            if bit // EVERY % DEEP == 0:
                assert refused(path)
            file.seek(bit // 8)
            file.write(content[bit // 8 : bit // 8 + 1])
            tried += 1
    assert accepted == []
    assert tried == -(-8 * len(content) // EVERY)
    assert load(path)["epoch"] == 2


def test_every_truncation_is_refused(folder: Path) -> None:
    path = folder / LAST
    size, accepted = path.stat().st_size, []
    with path.open("r+b", buffering=0) as file:
        for length in range(size - 1, -1, -EVERY):
            file.truncate(length)
            if files.is_whole(path) is not False:
                accepted.append(length)
            if length % DEEP == 0:
                assert refused(path)
    assert accepted == []


def test_without_the_list_a_flip_is_refused_or_harmless(folder: Path) -> None:
    path = folder / LAST
    (folder / files.SUMS).unlink()
    content, before, harmless = path.read_bytes(), bits(load(path), ""), 0
    tried = list(flips(content, DEEP + 4))
    for bit, spoilt in tried:
        path.write_bytes(content[: bit // 8] + spoilt + content[bit // 8 + 1 :])
        with contextlib.suppress(UserError):  # refused
            assert bits(load(path), "") == before, bit
            harmless += 1
    assert harmless < len(tried) / 2  # names and padding between the weights


def test_a_spoilt_list_never_accepts_what_is_spoilt(folder: Path) -> None:
    sums = folder / files.SUMS
    content = sums.read_bytes()
    path = folder / LAST
    whole = bits(load(path), "")
    for bit, spoilt in flips(content, 29 if SHORT else 3):
        sums.write_bytes(content[: bit // 8] + spoilt + content[bit // 8 + 1 :])
        newest = load_newest(folder)
        assert newest is not None
        if bit // EVERY % DEEP == 0:
            assert bits(newest, "") == whole


@pytest.mark.parametrize("good", [NUMBERED, BEST, None])
def test_the_one_before_serves_and_none_is_an_error(
    folder: Path, good: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [LAST, NUMBERED, BEST]
    spoilt = names[: names.index(good)] if good else names
    for name in spoilt:
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 4
        (folder / name).write_bytes(content)
    if good is None:
        with pytest.raises(UserError, match=r"no checkpoint in .* is whole: --overwrite"):
            load_newest(folder)
    else:
        assert bits(load_newest(folder), "") == bits(load(folder / good), "")
    said = capsys.readouterr().out
    assert all(f"{name} is damaged" in said and "its checksum is wrong" in said for name in spoilt)


def test_all_bad_is_never_a_fresh_start() -> None:
    config = make_config("bad")
    assert run_child(config) == 0
    for path in folder_of(config).glob("*.pt"):
        path.write_bytes(b"")
    before = contents(config)
    assert run_child(config, resume=True) == 2
    assert "is whole: --overwrite starts again" in said_path(config).read_text()
    assert contents(config) == before


def test_an_older_checkpoint_goes_on_to_the_same_end(whole: Callable[..., Whole]) -> None:
    changes = {"keep_checkpoints": 3, "num_epochs": 3}
    config, undisturbed = make_config("older", **changes), whole(**changes)
    assert run_child(config) == 0
    for name in (LAST, BEST, "epoch_00003.pt"):
        path = folder_of(config) / name
        path.write_bytes(path.read_bytes()[:-1])
    assert run_child(config, resume=True) == 0, said_path(config).read_text()
    last = bits(load(folder_of(config) / LAST)["model_state_dict"], "")
    assert last == bits(load(folder_of(undisturbed.config) / LAST)["model_state_dict"], "")


def test_another_architectures_checkpoint_changes_nothing() -> None:
    config = make_config("wide", hidden_dim=16)
    assert run_child(config) == 0
    before = contents(config)
    narrow = make_config("wide", hidden_dim=8)
    assert run_child(narrow, resume=True, allow_changes=True) == 2
    said = said_path(narrow).read_text()
    assert "the checkpoint is of another model" in said
    assert "backbone.0.0.weight" in said
    assert "torch.Size([16" in said
    assert contents(config) == before


def test_every_key_that_does_not_fit_is_listed() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Linear(2, 2))
    before = bits(model.state_dict(), "")
    other = torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.Identity(), torch.nn.Linear(2, 2))
    with pytest.raises(UserError, match="of another model") as refusal:
        checkpoint.load_weights(model, other.state_dict())
    named = ("0.weight", "1.weight", "1.bias", "2.weight", "2.bias")  # other shape, lacks, unknown
    assert all(name in str(refusal.value) for name in named)
    assert bits(model.state_dict(), "") == before
