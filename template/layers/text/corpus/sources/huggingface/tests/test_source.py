"""Documents in the format of Hugging Face: what is found, and what is refused."""

from pathlib import Path

import datasets
import pytest

from pkg.data.settings import DataSettings
from pkg.data.source import find_corpus
from pkg.engine.errors import UserError


def save(folder: Path, rows: dict[str, list[str | None]], *splits: str) -> DataSettings:
    """Save rows for each split; return the settings that read them."""
    saved = datasets.DatasetDict(dict.fromkeys(splits, datasets.Dataset.from_dict(rows)))
    saved.save_to_disk(folder)
    return DataSettings(dataset_path=str(folder))


def test_documents_are_found(tmp_path: Path) -> None:
    settings = save(tmp_path, {"text": ["one", None, "three"]}, "train", "validation")
    files = find_corpus(settings).files
    assert [file.split for file in files] == ["train", "val"]
    documents = [*files[0].read(0)]
    assert [document.text for document in documents] == ["one", "", "three"]
    assert documents[1].problem == "'text' is missing"
    assert documents[2].place == f"{tmp_path} train row 3"
    assert [*files[0].read(2)] == documents[2:]


def test_a_column_of_texts_is_needed(tmp_path: Path) -> None:
    settings = save(tmp_path, {"left": ["a"], "right": ["b"]}, "train")
    with pytest.raises(UserError, match=r"data\.dataset_path: .* should be in 'text'"):
        find_corpus(settings)
