"""What sources of data cannot give: the wrong kind for a cell, a path of another kind."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from .catalog import Row
from .catalog.datasets import BUNDLED, TORCHVISION, chosen, fitting
from .catalog.sources import SOURCES, feeding
from .problems import Answers, Problem, contradiction, nearest, shown

ARCHIVES = (".zip", ".tgz", ".tbz2", ".txz", ".tar", ".gz", ".bz2", ".xz")
LACKS = {  # what is said of a source that has no targets for an objective, by modality
    ("image", "multi_label"): "gives each image one class: take image_csv",
    ("image", "instance"): "has no masks of single objects: take coco",
    ("text", "multi_label"): "gives each text one class: take text_table",
    ("text", "token"): "has no tags of words: take conll",
    ("text", "language_model"): "has no running text: take text_files",
    ("text", "seq2seq"): "has no pairs of texts: take text_table or parallel",
}
FILES = (
    *(".ndjson", ".conll", ".conllu", ".bio", ".iob", ".iob2"),
    *(".csv", ".tsv", ".txt", ".parquet", ".pq", ".json", ".jsonl", ".xls", ".xlsx", ".npz"),
    *(".yaml", ".yml", ".xml"),
    *(".npy", ".h5", ".hdf5", ".mat", ".pkl", ".pickle", ".pt", ".feather", ".arrow", ".db"),
)


def check_source(answers: Answers, row: Row) -> Iterator[Problem]:
    """The source of the data can feed the cell."""
    source, name = answers["data_source"], answers["dataset_name"]
    sources = feeding(row.task, row.modality)
    cell = f"{row.task} of {row.modality}s"
    sets = [each.name for each in fitting(row.task, row.modality, answers["objective"])]
    if source == "bundled" and name not in sets:
        message = f"{shown(name)} is no bundled data set for {cell}: "
        message += f"{', '.join(sets) or 'none'} would be; data of your own need a dataset_path"
        yield contradiction("dataset_name", "data_source", message)
    elif source not in sources:
        named = f"{source} ({name})" if name in TORCHVISION else source
        message = f"{named} does not hold what {cell} needs: {nearest(source, sources)}"
        yield contradiction("data_source", "modality", message)
    if source in sources and answers["objective"] in SOURCES[source].lacks:
        why = LACKS.get((row.modality, answers["objective"]), "has no targets for it")
        yield contradiction("data_source", "objective", f"{source} {why}")


def check_facts(answers: Answers, row: Row) -> Iterator[Problem]:
    """A bundled set lies in its own place, and its size is not that of one it replaced."""
    known = chosen(answers)
    if known is None:
        return
    path, samples = str(answers["dataset_path"]), answers["num_samples"]
    if PurePosixPath(path) != PurePosixPath(known.path):
        message = f"{known.name} is written to {known.path}, not to {path or 'nothing'}: "
        message += "leave it out, or name the data_source of data of your own"
        yield contradiction("dataset_path", "dataset_name", message)
    if samples != known.num_samples and samples in [each.num_samples for each in BUNDLED]:
        message = f"{known.name} has {known.num_samples} samples, not {samples}"
        yield contradiction("num_samples", "dataset_name", message)


def check_loader(answers: Answers, row: Row) -> Iterator[Problem]:
    """The loader reads the source: the hub's and one's own read nothing else."""
    loader, source = answers["data_loader"], answers["data_source"]
    if loader in ("huggingface", "custom") and loader != source:
        message = f"{loader} does not read {source}: take torch, or {loader} as data_source"
        yield contradiction("data_loader", "data_source", message)


def check_path(answers: Answers, row: Row) -> Iterator[Problem]:
    """The path leads to what the source reads, as far as its name tells."""
    source, path = SOURCES[answers["data_source"]], str(answers["dataset_path"])
    if not source.reads:
        return
    url = path.lower().startswith(("http://", "https://"))
    name = path.split("?")[0].lower().rstrip("/")
    reads = (*source.files, *(ARCHIVES if url and source.remote else ()))
    known = name.endswith((*FILES, *ARCHIVES)) and not name.endswith(reads)
    place = source.by_name and (url or path[:1] in ("/", ".") or path.count("/") > 1)
    if known or place or not path:
        message = f"{source.name} reads {source.reads}, not {path or 'nothing'}"
        yield contradiction("dataset_path", "data_source", message)
