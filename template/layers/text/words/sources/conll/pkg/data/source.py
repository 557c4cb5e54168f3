"""Sentences in columns: a word and its label in each line, blank lines between sentences.

`data.dataset_path` is a file, or a folder of them, such as train.txt, dev.txt and test.txt.
"""

from pathlib import Path

from .formats.conll_files import read_conll
from .found import Found
from .schema import Schema
from .settings import DataSettings


def load_rows(settings: DataSettings, schema: Schema | None = None) -> Found:
    """Read every sentence; those with a line that has not all columns are noted, and left out.

    The word is the first column that does not count the words, its label the last; in CoNLL-U,
    it is the part of speech.

    Raises:
        UserError: there are no sentences, or files contradict each other.
    """
    return read_conll(Path(settings.dataset_path), schema=schema)
