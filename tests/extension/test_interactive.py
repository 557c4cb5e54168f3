"""The questions as a person meets them, through a pseudo-terminal."""

from pathlib import Path

from tests.support import CLEAR, DOWN, contents, talk

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
    }
    questions = talk(template, tmp_path / "project", keys)
    text = "\n".join(questions)
    for asked in (
        "How wide",
        "Which activation",
        "Which data set",
        "Learning rate",
        "several devices",
    ):
        assert asked in text
    for not_asked in ("training images", "pretrained", "Which size", "folder?", "several nodes"):
        assert not_asked not in text
    answers = answers_of(tmp_path / "project")
    assert answers["dataset_name"] == "iris"
    assert (answers["target_metric"], answers["target_value"]) == ("accuracy", 0.9)
    assert (answers["num_layers"], answers["tensorboard_enabled"]) == (3, False)
