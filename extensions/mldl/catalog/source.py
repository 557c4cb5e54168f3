"""The record of a source of data."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Source:
    """Where data may come from."""

    name: str
    reason: str
    about: str  # what the data are, for the project's owner; {fetched} is for those of a URL
    feeds: tuple[tuple[str, str], ...]  # (task, modality)
    layers: Mapping[str, tuple[str, ...]]  # by `form_of`; those of bundled sets are theirs
    question: str = "Which folder holds the data?"
    usual: str = "data"  # dataset_path where nobody names one
    library: str = ""  # what knows the set by the name in dataset_path; blank: it is a path
    examples: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """Small sets by (modality, objective): name, and column of the targets where it has one."""
    reads: str = ""  # what dataset_path leads to, in words; blank: anything
    files: tuple[str, ...] = ()  # suffixes of the files that it reads
    remote: bool = False  # also the URL of such a file, or of an archive
    fetched: str = ""  # what becomes of a URL, in words
    columns: tuple[str, ...] = ()  # the forms, see `form_of`, whose targets are columns with names
    lacks: tuple[str, ...] = ()  # objectives that it has no targets for
    loader: str = "torch"  # the data_loader that reads it
    dependencies: tuple[str, ...] = ()
    dependencies_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Those of some forms, besides."""

    @property
    def by_name(self) -> bool:
        """Say whether dataset_path is a name, and no path."""
        return bool(self.library)

    @property
    def modality(self) -> str:
        """The one modality that it feeds; blank if there are several."""
        found = {modality for _, modality in self.feeds}
        return found.pop() if len(found) == 1 else ""
