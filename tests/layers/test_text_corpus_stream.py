"""Texts that are streamed: the same windows, a position that is exact, parts for ranks."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from stacks import stack
from torch import Tensor

FILES = stack(
    "base",
    "engine",
    "engine/draws",
    "text",
    "table/encodings",
    "table/dialect",
    "text/rows",
    "text/corpus",
    "text/corpus/sources/files",
    "tasks/language_model",
    "models/gpt/decoding",
)
CPU = torch.device("cpu")
BATCH, LENGTH = 3, 16


@pytest.fixture
def corpus(tmp_path: Path) -> str:
    """Write files of several documents, one of them empty; with others for val and test."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(5):
        lines = [f'{{"text": "{prose(10 * number + k)}"}}\n' for k in range(6)]
        lines.insert(2, '{"text": ""}\n')
        (folder / f"train_{number}.jsonl").write_text("".join(lines))
    for name in ("val", "test"):
        (folder / f"{name}.txt").write_text(prose(len(name)))
    return str(folder)


def prose(seed: int) -> str:
    """Make up 30 to 90 letters."""
    chance = random.Random(seed)
    return "".join(chance.choices("abcdefgh é", k=chance.randint(30, 90)))


def load(path: str, **changes: Any) -> Any:
    """Return the loaders of the texts at a path."""
    values = {"tokenizer": "characters", "max_length": LENGTH, "streaming": True, **changes}
    settings = FILES.load("data.settings").DataSettings(dataset_path=path, **values)
    options: dict[str, Any] = {"batch_size": BATCH, "seed": 0, "device": CPU}
    return FILES.load("data.dataloader").get_dataloaders(settings, **options)


@pytest.fixture
def stream(corpus: str) -> Any:
    """Return the stream of the texts that train, with blocks of two batches."""
    return replace(load(corpus)[0], together=2)


def tokens_of(batches: Any) -> Tensor:
    """Return the windows of all batches, int64 [N, T + 1]."""
    return torch.cat([batch.tokens for batch in batches])


def walk(stream: Any, epoch: int, position: Any) -> Any:
    """Yield each batch of an epoch, with the position after it."""
    for batch in stream.batches(epoch, position):
        position = stream.advance(position, [batch])
        yield batch, position


def test_a_stream_has_the_windows_of_memory(corpus: str, stream: Any) -> None:
    memory = load(corpus, streaming=False)[0]
    [expected] = memory.source.read([memory.ids])
    assert len(expected.tokens) > 20 * BATCH
    plain = [*replace(stream, shuffle=False).batches()]
    assert tokens_of(plain).equal(expected.tokens)
    assert torch.cat([batch.bytes for batch in plain]).equal(expected.bytes)
    assert torch.cat([batch.ids for batch in plain]).equal(torch.arange(len(expected.ids)))
    assert [batch.size for batch in plain[:-1]] == [BATCH] * (len(plain) - 1)


def test_windows_are_shuffled_and_files_come_in_another_order(stream: Any) -> None:
    epochs = [tokens_of(stream.batches(epoch)) for epoch in (0, 0, 1)]
    assert epochs[0].equal(epochs[1])
    assert not epochs[0].equal(epochs[2])
    counts = [epoch[:, 1:][epoch[:, 1:] >= 0].bincount() for epoch in epochs]
    assert counts[0].equal(counts[2])  # all tokens, once
    ids = [torch.cat([batch.ids for batch in stream.batches(epoch)]) for epoch in (0, 1)]
    assert not ids[0].equal(ids[0].sort().values)
    assert ids[0].sort().values.equal(ids[1].sort().values)
    start = FILES.load("data.stream").Place(0, 0, 0)
    texts = [[found.text for _, found in stream.documents(epoch, start)] for epoch in (0, 1)]
    assert texts[0] != texts[1]
    assert sorted(texts[0]) == sorted(texts[1])


def test_a_stream_goes_on_from_every_position(stream: Any) -> None:
    for epoch in (0, 1):
        whole = [*walk(stream, epoch, stream.start)]
        for done, (_, position) in enumerate(whole, 1):
            assert type(position) is tuple
            assert all(type(number) is int for number in position)
            other = replace(stream, links={})  # as after a restart
            rest = [*other.batches(epoch, position)]
            assert len(rest) == len(whole) - done
            for one, (another, _) in zip(rest, whole[done:], strict=True):
                assert all(a.equal(b) for a, b in zip(one, another, strict=True))


def test_a_position_counts_several_batches_at_once(stream: Any) -> None:
    each = [position for _, position in walk(stream, 0, stream.start)]
    batches = stream.batches(0, stream.start)
    first = [next(batches) for _ in range(5)]
    assert stream.advance(stream.start, first) == each[4]
    assert stream.advance(each[4], [next(batches)]) == each[5]


@pytest.mark.parametrize("world", [2, 3])
def test_ranks_see_parts_of_the_same_batches(stream: Any, world: int) -> None:
    ranks = [stream.share(rank, world) for rank in range(world)]
    parts = [[*walk(rank, 0, rank.start)] for rank in ranks]
    whole = [batch for batch in stream.batches() if batch.size >= world]
    assert len({len(each) for each in parts}) == 1
    for batch, *shares in zip(whole, *parts, strict=True):
        assert torch.cat([part.tokens for part, _ in shares]).equal(batch.tokens)
        assert all(part.size for part, _ in shares)
        assert len({position for _, position in shares}) == 1
    for done in (1, len(whole) - 1):
        position = parts[0][done - 1][1]
        rest = [batch.tokens for batch in stream.share(0, world).batches(0, position)]
        assert len(rest) == len(whole) - done
        assert rest[0].equal(parts[0][done][0].tokens)


def test_the_length_is_about_that_of_an_epoch(stream: Any) -> None:
    batches = len([*stream.batches()])
    assert len(stream) == pytest.approx(batches, rel=0.5)
    assert stream.peek(2).tokens.equal(stream.raw(2).tokens)
    assert stream.peek(2).size == 2


def test_the_content_of_a_text_decides_where_no_file_does(tmp_path: Path) -> None:
    lines = [f'{{"text": "{prose(k)}"}}\n' for k in range(600)]
    (tmp_path / "all.jsonl").write_text("".join(lines))
    train, val, test = load(str(tmp_path), train_val_test_split=[0.7, 0.2, 0.1])
    known = FILES.load("data.schema").Schema(**train.info.schema).make_tokenizer()
    end = known.end
    counts = []
    texts = []
    for loader in (replace(train, shuffle=False), val, test):
        row = tokens_of(loader.batches())[:, 1:]
        counts.append(int((row == end).sum()))
        texts.append(
            {
                *"".join(
                    known.decode([x]) if x != end else "|" for x in row[row >= 0].tolist()
                ).split("|")
            }
        )
    assert sum(counts) == 600
    assert [count / 600 for count in counts] == pytest.approx([0.7, 0.2, 0.1], abs=0.05)
    assert not texts[0] & (texts[1] | texts[2]) - {""}


def test_what_needs_all_texts_at_once_is_refused(stream: Any) -> None:
    with pytest.raises(FILES.UserError, match=r"data\.streaming: .* set data\.streaming to false"):
        _ = stream.ids


def test_large_files_are_streamed_by_themselves(
    corpus: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not hasattr(load(corpus, streaming="auto")[0], "links")
    monkeypatch.setattr(FILES.load("data.dataloader"), "MEMORY_LIMIT", 1000)
    assert hasattr(load(corpus, streaming="auto")[0], "links")
    assert "texts are read as they are needed: " in capsys.readouterr().out
