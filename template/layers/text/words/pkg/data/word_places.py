"""Where a word stands, for messages."""

from collections.abc import Sequence
from typing import NamedTuple


class WordPlaces(NamedTuple):
    """The places of N sentences, and of their words where each has a line of its own."""

    places: Sequence[str]  # such as `data/train.conll line 7`, of the first word
    lines: Sequence[Sequence[int]] | None = None  # of the words of each sentence

    def of(self, sentence: int, word: int) -> str:
        """Return the file and line of a word, or the place of its sentence and its number."""
        place = self.places[sentence]
        if self.lines is None:
            return f"{place}, word {word + 1}"
        return f"{place.rpartition(' line ')[0]} line {self.lines[sentence][word]}"
