"""Advice on the project and its task."""

from pathlib import PurePosixPath

from ..catalog.datasets import TORCHVISION, bundled, fitting
from ..catalog.features import JOINT
from ..catalog.inference import MODALITY, OBJECTIVE, infer
from ..catalog.sources import SOURCES, feeding
from ..catalog.tasks import form_of
from ..names import derive_package_name, derive_project_name
from .advisor import Advice, Facts, advises, always

always("setup", "quick", "few questions, and good defaults for the rest")


@advises("project_name")
def project_name(facts: Facts) -> Advice:
    """Take the folder's name."""
    return Advice(derive_project_name(facts.get("folder_name") or ""), "the folder's name")


@advises("package_name")
def package_name(facts: Facts) -> Advice:
    """Make an importable name of the project's name."""
    name = derive_package_name(facts["project_name"])
    return Advice(name, "the project's name as Python can import it")


always("problem_description", "", "nobody described the problem")
always("author_name", "", "nobody signed")
always("license", "MIT", "short and permissive")
always("task_type", "training", "a project that trains includes the other kinds")
always("task", "classification", "the most common task")


@advises("modality")
def modality(facts: Facts) -> Advice:
    """Infer it from the data by the catalogue's table."""
    sign = infer(MODALITY, facts)
    return Advice(sign.follows, sign.fact)


@advises("objective")
def objective(facts: Facts) -> Advice:
    """Infer it from the task by the catalogue's table."""
    sign = infer(OBJECTIVE, facts)
    return Advice(sign.follows, sign.fact)


always("gpus", 0, "a project that runs on a CPU runs everywhere")
always("memory_gb", None, "not stated")
always("cpu_cores", None, "not stated")


@advises("data_loader")
def data_loader(facts: Facts) -> Advice:
    """Read the data with PyTorch unless they come from elsewhere."""
    source = SOURCES.get(facts.get("data_source") or "")
    return Advice(source.loader if source else "torch", "it reads the source of the data")


def marked(form: str, path: str, name: str) -> Advice:
    """Return the source of images in which boxes or masks are marked."""
    for source in (each for each in SOURCES.values() if form in each.layers):
        if source.files and path.split("?")[0].lower().endswith(source.files):
            return Advice(source.name, f"the path ends like {source.reads}")
    if not path and not name:
        return Advice("custom", "its example can be tried before there are data")
    if form == "masks":
        return Advice("mask_folders", "a folder of images and one of masks are the simplest form")
    return Advice("coco", "the form that most tools write")


USUAL = {"text": "text_table", "words": "conll", "pairs": "text_table", "corpus": "text_files"}


def written(form: str, objective: str, path: str) -> Advice:
    """Return the source of texts by what the path ends in."""
    name = path.split("?")[0].lower()
    suffix = PurePosixPath(name.removesuffix(".gz")).suffix
    for source in (SOURCES["text_table"], SOURCES["conll"], SOURCES["text_files"]):
        tables = source.name != "text_table" or suffix != ".tsv" or form != "words"
        if form in source.layers and name.endswith(source.files) and tables:
            return Advice(source.name, f"the path ends like {source.reads}")
    if path and not suffix:
        for name in ("text_folder", "parallel"):
            if form in SOURCES[name].layers and objective not in (*SOURCES[name].lacks, "targets"):
                return Advice(name, f"{path} is a folder")
    return Advice(USUAL.get(form, "custom"), "the usual form")


@advises("data_source")
def data_source(facts: Facts) -> Advice:
    """Find the kind of source from what is said about the data."""
    task, modality = facts["task"], facts["modality"]
    name = facts.get("dataset_name")
    sources = feeding(task, modality) or ("custom",)
    loader = facts["data_loader"]
    if loader in ("huggingface", "custom") and loader in sources:
        return Advice(loader, "the data loader asks for it")
    path = facts.get("dataset_path")
    form = form_of(modality, facts["objective"])
    lacks = SOURCES["bundled"].lacks
    objective = facts["objective"]
    sets = fitting(task, modality, objective) if objective not in lacks else []
    if not path and any(name in (None, "", each.name) for each in sets):
        return Advice("bundled", "a real set at hand, so that everything can be tried")
    if not path and bundled(name):
        return Advice("bundled", f"{name} is a set at hand")  # of another cell: refused by name
    if not path and name in TORCHVISION:
        return Advice("torchvision", f"torchvision has {name}")
    if modality == "text":
        return written(form, objective, str(path or ""))
    if modality == "table":
        return Advice("table", "tables are read from a CSV or Parquet file")
    if form in JOINT:
        return marked(form, str(path or ""), name or "")
    if path and str(path).split("?")[0].lower().endswith((".csv", ".csv.gz")):
        return Advice("image_csv", "the path names a CSV file")
    if "image_folder" in sources and facts["objective"] == "single_label":
        return Advice("image_folder", "one folder per class is the simplest form")
    return Advice("image_csv", "several targets for an image stand in a CSV file")
