"""The questions as a person meets them, through a pseudo-terminal."""

import os
import sys
from pathlib import Path
from typing import Any

import pexpect

from mldl.questions import Dialogue
from tests.support import CLEAR, DOWN, DRAWN, GROUPS, PROMPT, contents, talk

from .support import Copy, answers_of


def test_a_quick_project_from_a_table_of_ones_own(
    template: Path, copy: Copy, tmp_path: Path
) -> None:
    keys = {
        "project called": [CLEAR + "  ", "must not be empty", CLEAR + "Prices"],
        "to be learnt": [DOWN],
        "Where are the data": [DOWN],
        "CSV or Parquet": [CLEAR + "file:/x", "http(s) URL", CLEAR + "data/prices.csv"],
    }
    questions = talk(template, tmp_path / "typed/same", keys)
    assert len(questions) <= 8
    assert not any("architecture" in question for question in questions), "there is but one"
    given = {"project_name": "Prices", "task": "regression", "modality": "table"}
    given |= {"data_source": "table", "dataset_path": "data/prices.csv"}
    assert contents(tmp_path / "typed/same") == contents(copy("given/same", **given))


def test_full_asks_what_applies_and_nothing_else(template: Path, tmp_path: Path) -> None:
    keys = {
        "How much do you want": [DOWN],
        "learn it from": [DOWN],
        "goal stated": [DOWN],
        "Which value of accuracy": ["0.9"],
        "How many layers": [CLEAR + "0", "must be from 1", CLEAR + "3"],
        "Log curves": ["n"],
        **GROUPS,
    }
    questions = talk(template, tmp_path / "project", keys)
    text = "\n".join(questions)
    for asked in (
        "How wide",
        "Which activation",
        "Which data set",
        "learning rate",
        "several devices",
    ):
        assert asked in text
    for not_asked in ("training images", "pretrained", "backbone?", "folder?", "several nodes"):
        assert not_asked not in text
    answers = answers_of(tmp_path / "project")
    assert answers["dataset_name"] == "iris"
    assert (answers["target_metric"], answers["target_value"]) == ("accuracy", 0.9)
    assert (answers["num_layers"], answers["tensorboard_enabled"]) == (3, False)


def test_advice_follows_what_is_typed(template: Path, tmp_path: Path) -> None:
    """What is typed early never makes a later default impossible: that would end it all."""
    keys = {
        "How much do you want": [DOWN],
        "Which images does": [f"{CLEAR}[3, 2, 2]", "takes images from", f"{CLEAR}[3, 30, 30]"],
        "Where are the data": [DOWN],
        "Mean of each": [f"{CLEAR}0.5, 0.5, 0.5"],
        "Which architecture": [DOWN * 2],  # vit, the third, has no whole patches
        "Into which folder": [f"{CLEAR}checkpoints"],
        **GROUPS,
    }
    talk(template, tmp_path / "project", keys)
    answers = answers_of(tmp_path / "project")
    assert answers["architecture"] == "custom", "convnext takes 32 pixels"
    assert answers["normalization_std"] == [], "a mean alone leaves the rest to be measured"
    assert (answers["tensorboard_log_dir"], answers["checkpoint_dir"]) == ("checkpoints", "saved/")


def test_a_split_fits_few_samples_and_vit_the_images(template: Path, tmp_path: Path) -> None:
    keys = {
        "How much do you want": [DOWN],
        "Where are the data": [DOWN],
        "Which images does": [f"{CLEAR}[3, 100, 100]"],
        "how many samples": ["4", "is empty", f"{CLEAR}6"],
        "Which architecture": [DOWN * 2],
        **GROUPS,
    }
    talk(template, tmp_path / "project", keys)
    answers = answers_of(tmp_path / "project")
    assert answers["train_val_test_split"] == [0.6, 0.2, 0.2]
    assert answers["architecture"] == "convnext", "vit has no whole patches"


def test_nothing_advised_or_given_is_refused_in_the_dialogue() -> None:
    """Copier would end with a traceback; the refusal comes once all is answered."""
    given = {"slurm": True}
    answers: dict[str, Any] = {**given, "distributed": False}
    asking = Dialogue(answers, {}, given, asking=True, trusted=False)
    assert asking.problem("slurm", True) == ""
    answers = {"freeze_epochs": 11, "pretrained": True}  # `pretrained` is not validated
    asking = Dialogue(answers, {}, {"freeze_epochs": 11}, asking=True, trusted=False)
    assert asking.problem("num_epochs", 10) == "", "an untouched default"
    assert "11 are more" in asking.problem("num_epochs", 9)


def test_a_dialogue_that_ends_in_a_contradiction_writes_nothing(
    template: Path, tmp_path: Path
) -> None:
    command = ["-m", "copier", "copy", "--trust", "--quiet", "-d", "slurm=yes", "-d", "setup=full"]
    child = pexpect.spawn(
        sys.executable,
        [*command, str(template), str(tmp_path / "project")],
        env={**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm"},
        encoding="utf-8",
        dimensions=(120, 200),
        timeout=60,
    )
    while child.expect([PROMPT, pexpect.EOF]) == 0:
        question = str(child.match[1])
        child.expect_exact(DRAWN)
        asked = next((k for text, k in GROUPS.items() if text in question), ["\r"])
        child.send("n" if "several devices" in question else asked[0])
    child.close()
    said = str(child.before)
    assert child.exitstatus != 0
    assert "slurm and distributed: it launches several processes" in said
    assert "Traceback" not in said
    assert not (tmp_path / "project").exists()
