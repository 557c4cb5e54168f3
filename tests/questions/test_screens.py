"""Cases 42 and 43: the questionnaire as it stands on a terminal of 80 x 24."""

from pathlib import Path

import pytest
import yaml

from tests.questions.screens import FOLDER, SETUPS, drawn
from tests.screen import COLUMNS, ROWS, copying, screens
from tests.support import CLEAR, DOWN, GROUPS
from tools.render import copy_template

FULL = {"How much do you want": [DOWN]}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the template in a folder of its own."""
    return copy_template(tmp_path_factory.mktemp("screens") / "mldl-template")


@pytest.mark.parametrize("setup", SETUPS)
def test_case_43_the_screens_of_a_setup(template: Path, tmp_path: Path, setup: str) -> None:
    expected = (FOLDER / f"{setup}.txt").read_text()
    assert drawn(template, tmp_path / "digits", setup) == expected, (
        "if this is wanted, run `python -m tests.questions.screens`, and read the difference"
    )


def test_case_43_quick_asks_at_most_eight() -> None:
    assert (FOLDER / "quick.txt").read_text().count("🎤") <= 8


def test_case_43_full_asks_at_most_twenty_where_no_group_is_opened() -> None:
    assert (FOLDER / "full.txt").read_text().count("🎤") <= 20


def whole(screen: str) -> bool:
    """Say whether nothing on a screen is cut."""
    lines = screen.split("\n")
    return len(lines) <= ROWS and all(len(line) < COLUMNS for line in lines)


def test_case_43_groups_hold_what_has_an_effect(template: Path, tmp_path: Path) -> None:
    found = list(screens(copying(template, tmp_path / "digits"), {**FULL, **GROUPS}))
    assert all(whole(each) for each in found)
    asked = "\n".join(each.split("\n")[0] for each in found)
    for idle in ("How much memory", "CPU cores", "Mean of each", "deviation", "seed of the split"):
        assert idle not in asked
    for name in ("learning rate", "Dockerfile", "Fractions for train", "Which backbone"):
        assert name in asked
    assert asked.count("\n") < 70


OWN = {**FULL, "Where are the data": [DOWN], "Change columns": ["y"], "Change augmentation": ["y"]}
OWN |= {"Change the model": ["y"], "State ": ["y"], "Change the training": ["y"]}


def test_case_42_every_remedy_is_seen_first(template: Path, tmp_path: Path) -> None:
    keys = {
        **OWN,
        "Which folder": [],
        "Which images does": [f"{CLEAR}64,64,3\r", f"{CLEAR}3, 64, 64"],
        "how many samples": [f"{CLEAR}some\r", f"{CLEAR}1,797"],
        "Fractions for": [f"{CLEAR}70, 15, 15\r", f"{CLEAR}(0.7, 0.2, 0.1)"],
        "How many epochs?": [f"{CLEAR}0\r", f"{CLEAR}many\r", f"{CLEAR}1,000"],
        "Which learning rate": [f"{CLEAR}0,001\r", f"{CLEAR}0.001"],
        "After how many hours": [f"{CLEAR}-1\r", f"{CLEAR}0"],
        "Clip gradients": [f"{CLEAR}-1\r", f"{CLEAR}0"],
    }
    found = list(screens(copying(template, tmp_path / "pets"), keys))
    said = [line for each in found for line in each.split("\n") if "Validation error" in line]
    remedies = [
        "did you mean [3, 64, 64]?:",
        "leave it blank:",
        "write [0.7, 0.15, 0.15]:",
        "leave it blank:",
        "try ",
        "try ",
        "write 0.001:",
        "leave it blank:",
    ]
    assert len(said) >= len(remedies)
    for remedy in remedies:
        assert any(remedy in line for line in said), (remedy, said)
    answers = yaml.safe_load((tmp_path / "pets/.copier-answers.yml").read_text())
    assert answers["input_shape"] == [3, 64, 64]
    assert answers["train_val_test_split"] == [0.7, 0.2, 0.1]
    assert (answers["num_samples"], answers["num_epochs"]) == (1797, 1000)
    assert answers["max_training_time_hours"] is answers["gradient_clipping"] is None


def test_case_44_a_hub_set_without_an_example_must_be_named(template: Path, tmp_path: Path) -> None:
    keys = {"be learnt": [DOWN], "learn it from": [DOWN * 0], "Where are": [DOWN]}
    keys["What is the data set called"] = ["\r", "someone/ages"]
    found = screens(copying(template, tmp_path / "ages", "-d", "modality=image"), keys)
    text = "\n".join(found)
    assert "name one" in text
    answers = yaml.safe_load((tmp_path / "ages/.copier-answers.yml").read_text())
    assert (answers["data_source"], answers["dataset_path"]) == ("huggingface", "someone/ages")


@pytest.mark.parametrize(
    ("steps", "objective", "source"),
    [(0, "token", "conll"), (1, "language_model", "text_files"), (2, "seq2seq", "parallel")],
)
def test_quick_asks_what_is_learnt_of_texts(
    template: Path, tmp_path: Path, steps: int, objective: str, source: str
) -> None:
    keys = {"be learnt": [DOWN * 4], "answer for one sample": [DOWN * steps]}
    found = list(screens(copying(template, tmp_path / "texts"), keys))
    assert len(found) <= 8
    assert all(whole(each) for each in found)
    assert any(f"{source}:" in each for each in found)
    answers = yaml.safe_load((tmp_path / "texts/.copier-answers.yml").read_text())
    assert (answers["task"], answers["objective"]) == ("nlp", objective)
    assert (answers["modality"], answers["data_source"]) == ("text", "bundled")
