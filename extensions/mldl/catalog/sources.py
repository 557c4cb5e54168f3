"""One row for each source of data: what it feeds, what it reads, and its layers.

Only append: a name that a project was made with must stay known. The order is that of the
choices.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

IMAGES = ("classification", "image")
ALL_IMAGES = (IMAGES, ("regression", "image"))
TABLES = (("classification", "table"), ("regression", "table"))


@dataclass(frozen=True)
class Source:
    """Where data may come from."""

    name: str
    reason: str
    feeds: tuple[tuple[str, str], ...]  # (task, modality)
    layers: Mapping[str, tuple[str, ...]]  # by modality; those of bundled sets are theirs
    question: str = "Which folder holds the data?"
    usual: str = "data"  # dataset_path where nobody names one
    library: str = ""  # what knows the set by the name in dataset_path; blank: it is a path
    examples: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """Small sets by (modality, objective): name, and column of the targets where it has one."""
    reads: str = ""  # what dataset_path leads to, in words; blank: anything
    files: tuple[str, ...] = ()  # suffixes of the files that it reads
    remote: bool = False  # also the URL of such a file, or of an archive
    columns: tuple[str, ...] = ()  # modalities whose targets are columns with names
    lacks: tuple[str, ...] = ()  # objectives that it has no targets for
    loader: str = "torch"  # the data_loader that reads it
    dependencies: tuple[str, ...] = ()

    @property
    def by_name(self) -> bool:
        """Say whether dataset_path is a name, and no path."""
        return bool(self.library)

    @property
    def modality(self) -> str:
        """The one modality that it feeds; blank if there are several."""
        found = {modality for _, modality in self.feeds}
        return found.pop() if len(found) == 1 else ""


SOURCES = {
    source.name: source
    for source in (
        Source(
            name="bundled",
            reason="a small real set from a package, offline",
            feeds=(IMAGES, *TABLES),
            layers={},
            columns=("table",),
            lacks=("multi_label",),
        ),
        Source(
            name="image_folder",
            reason="a folder per class: a path or an archive's URL",
            feeds=(IMAGES,),
            layers={"image": ("image/sources/folder",)},
            question="Where is the folder of classes? A path or an archive's URL",
            usual="data/images",
            reads="a folder, or the URL of an archive",
            remote=True,
            lacks=("multi_label",),
        ),
        Source(
            name="image_csv",
            reason="images and a CSV of targets: a path or URL",
            feeds=ALL_IMAGES,
            layers={"image": ("table/dialect", "image/sources/csv")},
            question="Where is the CSV of paths and targets? A path or a URL",
            usual="data/labels.csv",
            reads="a CSV file or a folder with one, or the URL of either",
            files=(".csv",),
            remote=True,
            columns=("image",),
        ),
        Source(
            name="table",
            reason="a CSV or Parquet file; a path or URL",
            feeds=TABLES,
            layers={"table": ("table/sources/file",)},
            question="Where is the CSV or Parquet file? A path or a URL",
            usual="data/table.csv",
            reads="a file in .csv, .tsv, .txt (also with .gz), .parquet or .pq",
            files=(
                *(".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz"),
                *(".parquet", ".pq"),
            ),
            remote=True,
            columns=("table",),
        ),
        Source(
            name="torchvision",
            reason="a set of torchvision by name, as CIFAR10",
            feeds=(IMAGES,),
            layers={"image": ("image/sources/torchvision",)},
            question="What is the data set called in torchvision?",
            library="torchvision",
            examples={("image", "single_label"): ("CIFAR10", "")},
            lacks=("multi_label",),
            dependencies=("torchvision",),
        ),
        Source(
            name="huggingface",
            reason="a set of the hub by name, such as beans",
            feeds=(*ALL_IMAGES, *TABLES),
            layers={
                "image": ("image/sources/huggingface",),
                "table": ("table/sources/huggingface",),
            },
            question="What is the data set called on the hub?",
            usual="",
            library="the Hugging Face hub",
            examples={
                ("image", "single_label"): ("beans", ""),
                ("table", "single_label"): ("scikit-learn/adult-census-income", "income"),
                ("table", "targets"): ("scikit-learn/auto-mpg", "mpg"),
            },
            reads="the name of a data set on the hub",
            columns=("image", "table"),
            loader="huggingface",
            dependencies=("datasets",),
        ),
        Source(
            name="custom",
            reason="a small module to fill, with an example",
            feeds=(*ALL_IMAGES, *TABLES),
            layers={"image": ("image/sources/custom",), "table": ("table/sources/custom",)},
            columns=("image", "table"),
            loader="custom",
        ),
    )
}


def feeding(task: object, modality: object) -> dict[str, Source]:
    """Return the sources for a task on a modality, in the order of the choices."""
    cell = (task, modality)
    return {name: source for name, source in SOURCES.items() if cell in source.feeds}
