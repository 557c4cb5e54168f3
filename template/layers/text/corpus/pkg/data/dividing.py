"""Which texts train, validate and test: whole ones where there are many, otherwise parts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from torch import Tensor

from ..engine.data.splits import NAMES, split
from ..engine.errors import UserError
from .changes import tell_changes
from .corpus import Corpus, Document
from .settings import DataSettings

MANY = 40  # texts, of which fewer are divided each


@dataclass(frozen=True)
class Text:
    """A document as a whole."""

    place: str
    pieces: list[str]  # it is as long as all together
    split: str | None  # where the data say it
    number: int = 1  # of those that are equal

    @property
    def name(self) -> str:
        """Return a short hash of the content; equal texts are counted: `…`, `….2`, `….3`."""
        content = "".join(self.pieces).encode(errors="surrogatepass")
        digest = blake2b(content, digest_size=8).hexdigest()
        return digest if self.number == 1 else f"{digest}.{self.number}"

    def documents(self) -> Iterator[Document]:
        """Yield its pieces as a source does."""
        for k, piece in enumerate(self.pieces):
            yield Document(self.place, piece, begins=k == 0)


@dataclass(frozen=True)
class Found:
    """All texts of a corpus, and what cannot be used."""

    texts: list[Text]
    broken: list[tuple[str, str]]  # places, and why
    empty: list[str]  # places


def gather(corpus: Corpus) -> Found:
    """Read every text into memory."""
    texts, broken, empty = list[Text](), list[tuple[str, str]](), list[str]()
    for file in corpus.files:
        before = len(texts)
        for document in file.read(0):
            if document.problem:
                broken.append((document.place, document.problem))
            elif not document.begins and len(texts) > before:
                texts[-1].pieces.append(document.text)
            elif document.text.strip():
                texts.append(Text(document.place, [document.text], file.split))
            else:
                empty.append(document.place)
    return Found(texts, broken, empty)


def divide(
    texts: Sequence[Text], settings: DataSettings, manifest: Path | None
) -> tuple[list[Text], list[Tensor], str]:
    """Say which texts train, validate and test.

    Args:
        texts: All texts.
        settings: Fractions and seed.
        manifest: File that keeps the splits, as `split` has it.

    Returns:
        The texts, or parts of them; their numbers for train, val and test; how it was done, in
        words.

    Raises:
        UserError: a split is empty, or texts that were divided have changed since.
    """
    given = [text.split or "train" for text in texts]
    missing = [name for name in NAMES if name not in given]
    whole, how = [*texts], "the data say which texts train, validate and test"
    if missing:
        if many := given.count("train") >= MANY:
            how = f"{' and '.join(missing)} are drawn from the {given.count('train')} texts"
        else:
            whole = cut_all(texts, settings.train_val_test_split, missing)
            how = f"each text is cut, at line ends: {' and '.join(missing)} come last"
    whole = numbered(whole)
    names = [text.name for text in whole]
    given = [text.split or "train" for text in whole]
    if manifest is not None and manifest.exists():
        if missing and not many:
            check_parts(names, manifest, settings.dataset_path)
        else:
            tell_changes(names, manifest, settings.dataset_path)
    fractions = settings.train_val_test_split
    stated = None if len({*given}) == 1 else given
    return whole, split(names, fractions, settings.split_seed, None, manifest, None, stated), how


def cut_all(
    texts: Sequence[Text], fractions: Sequence[float], missing: Sequence[str]
) -> list[Text]:
    """Cut each text that would train: its last part tests, and the part before validates."""
    found = list[Text]()
    parts = dict(zip(NAMES, fractions, strict=True))
    drawn = {name: parts[name] for name in ("val", "test") if name in missing}
    for text in texts:
        if text.split not in (None, "train"):
            found.append(text)
            continue
        rest = "".join(text.pieces)
        bounds = [0]
        share = 1 - sum(drawn.values())
        for name in drawn:
            bounds.append(line_end(rest, round(share * len(rest))))
            share += drawn[name]
        pieces = cut_pieces(text.pieces, [*bounds, len(rest)])
        for name, part in zip(("train", *drawn), pieces, strict=True):
            if any(part):
                found.append(replace(text, pieces=part, split=name))
    return found


def line_end(text: str, place: int) -> int:
    """Return where the line ends that has the character before a place; or else the place."""
    after = text.find("\n", max(0, place - 1))
    return after + 1 if 0 <= after < len(text) - 1 else place


def cut_pieces(pieces: Sequence[str], bounds: Sequence[int]) -> list[list[str]]:
    """Return what lies between each bound and the next one, in pieces as before."""
    found: list[list[str]] = [[] for _ in bounds[1:]]
    before = 0
    for piece in pieces:
        for k, part in enumerate(found):
            inside = piece[max(0, bounds[k] - before) : max(0, bounds[k + 1] - before)]
            if inside:
                part.append(inside)
        before += len(piece)
    return found


def numbered(texts: Sequence[Text]) -> list[Text]:
    """Count texts that are equal."""
    counts, found = Counter[str](), list[Text]()
    for text in texts:
        name = text.name
        counts[name] += 1
        found.append(replace(text, number=counts[name]))
    return found


def check_parts(names: Sequence[str], manifest: Path, place: str) -> None:
    """Make sure that the parts of texts are those that were divided before.

    Raises:
        UserError: they are not, so that what trained may be among what is to be evaluated.
    """
    lines = manifest.read_text(encoding="utf-8", errors="surrogateescape").splitlines()[1:]
    known = {line.partition(",")[0] for line in lines}
    if known != {*names}:
        problem = "what trained may be evaluated"
        raise UserError(
            f"data.dataset_path: the texts of {place} have changed since {manifest} was written, "
            f"and parts of them train: {problem}: put them back, or train anew"
        )
