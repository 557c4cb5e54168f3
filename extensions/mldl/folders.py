"""Which folders clash: of logs, of checkpoints, of data and of the project's code."""

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath

from .catalog import Row
from .catalog.sources import SOURCES
from .fields.field import transfers
from .problems import Answers, Problem, contradiction
from .rules import OWN
from .sources import FILES

PROJECT = "/project"  # where the project lies in a container
SMOKE = "-smoke"  # what configs/smoke.yaml adds to the folders that a run writes to


def check_folders(answers: Answers, row: Row) -> Iterator[Problem]:
    """Logs, checkpoints and data have folders of their own."""
    keys = ["checkpoint_dir"]
    if answers["tensorboard_enabled"]:
        keys.append("tensorboard_log_dir")
    written = {key: str(answers[key]).rstrip("/").lower() for key in keys}
    saved, *logs = ((place, f"{place}{SMOKE}") for place in written.values())
    if any(f"{log}/".startswith(f"{place}/") for pair in logs for log in pair for place in saved):
        message = "logs need a folder that is neither the one of checkpoints nor in it, "
        message += f"also with {SMOKE} at the end"
        yield contradiction("tensorboard_log_dir", "checkpoint_dir", message)
    package, data = answers["package_name"], inside(answers).lower()
    for key, place in written.items():
        if place.split("/")[0] == package:
            yield contradiction(key, "package_name", f"{place} holds the code of the project")
        if any(nested(each, data) for each in (place, f"{place}{SMOKE}")):
            message = f"{place} and {data} need to be apart: take another folder for one of them"
            yield contradiction(key, "dataset_path", message)
    weights, place = normpath(str(answers["weights_path"])), written["checkpoint_dir"]
    held = any(nested(each, weights.lower()) for each in (place, f"{place}{SMOKE}"))
    if held and transfers(answers):
        message = f"--overwrite moves {place} away: put {weights} elsewhere"
        yield contradiction("weights_path", "checkpoint_dir", message)
    if data and data.split("/")[0] == package:
        message = f"{data} is among the code of the project: take data/{data.rpartition('/')[2]}"
        yield contradiction("dataset_path", "package_name", message)


def inside(answers: Answers) -> str:
    """Return the path of the data within the project; blank if they are elsewhere."""
    path = str(answers["dataset_path"])
    if SOURCES[answers["data_source"]].by_name or "://" in path:
        return ""  # a name or a URL
    path = normpath(path)
    return "" if path.split("/")[0] in ("", ".", "..") or re.match(r"[A-Za-z]:", path) else path


def nested(one: str, other: str) -> bool:
    """Say whether one of two folders is or holds the other."""
    return bool(other) and (f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/"))


def data_folder(answers: Answers) -> str:
    """Return what holds the data: a folder of the project, or an absolute path outside."""
    if path := inside(answers):
        top = path.split("/")[0]
        return path if top.lower() in (*OWN, answers["package_name"]) else top
    path = normpath(join(PROJECT, str(answers["dataset_path"])))
    if path.lower().endswith(FILES):
        path = dirname(path)
    return "data" if f"{path}/".startswith((f"{PROJECT}/", "//")) else path


def ignored_data(answers: Answers) -> str:
    """Return the pattern for data of the project that lie elsewhere than in `data`, or nothing."""
    folder = data_folder(answers)
    if folder == "data" or folder.startswith("/"):
        return ""
    return re.sub(r"([\\*?\[#!])", r"\\\1", folder)
