"""Cases 42 and 43: labels, questions and remedies fit into 80 columns."""

from itertools import product
from typing import Any

import pytest

from mldl.advice import complete
from mldl.catalog import ROWS
from mldl.catalog.sources import SOURCES
from mldl.fields import FIELDS, GROUP_OF, GROUPS
from mldl.options import CHOICES
from mldl.questions import COPIER, NEVER, QUICK, Dialogue

LABEL = 60
WRONG: tuple[Any, ...] = (
    *("", "  ", "x" * 5000, "many", "0,5", "96%", "-1", "0", "1e400", "nan", "[]", "{}", "null"),
    *("3,224", "70, 15, 15", "[1, [2]]", "~/x", "file:/x", "..", "a\tb", "#: if", "{{ x }}"),
    *("C:\\x", "team/name", "64,64,3", "2,8,8"),
)


def dialogues() -> list[Dialogue]:
    """Return the questionnaire of each row, with each source."""
    found = []
    for row, source in product(ROWS, SOURCES.values()):
        if (row.task, row.modality) in source.feeds:
            cell = {"task": row.task, "modality": row.modality, "data_source": source.name}
            answers = {**cell, "architecture": row.architecture, "setup": "full"}
            found.append(Dialogue(answers, {}, {}, groups=[*GROUPS], asking=True, trusted=False))
    return found


@pytest.mark.parametrize("key", CHOICES)
def test_case_42_labels_have_at_most_60_characters(key: str) -> None:
    for row, source in product(("huggingface", "torchvision", "custom"), dialogues()):
        answers = complete({**source.answers, "pretrained_source": row})
        for value, reason in CHOICES[key](answers).items():
            label = f"{value or 'none'}: {reason}" if reason else value
            assert len(label) <= LABEL, label


@pytest.mark.parametrize("key", [key for key in FIELDS if key not in NEVER])
def test_case_42_questions_and_remedies_fit_a_line(key: str) -> None:
    dialogue = Dialogue({"setup": "full"}, {}, {}, groups=[*GROUPS], asking=True, trusted=False)
    assert len(dialogue.question(key)) < 75
    room = 80 - len(COPIER) - len(key)
    for value in WRONG:
        if said := dialogue.problem(key, value):
            remedy = said.split(": ")[0]
            assert len(remedy) <= room, said
            assert "1e+" not in said, said


def test_case_42_questions_of_groups_fit_a_line() -> None:
    assert all(len(group.question) < 70 for group in GROUPS.values())


def test_case_43_groups_and_quick_share_the_questions() -> None:
    fields = [key for group in GROUPS.values() for key in group.fields]
    assert len(fields) == len(set(fields)) == len(GROUP_OF)
    assert set(FIELDS) == {*fields, *QUICK, *NEVER, "objective", "baseline_model"}


def test_case_43_nothing_is_asked_that_has_no_effect() -> None:
    for dialogue in dialogues():
        answers = dialogue.complete
        asked = {key for key in FIELDS if dialogue.asked(key)}
        assert not asked & {"split_seed", "memory_gb", "cpu_cores", "data_loader", "task_type"}
        if answers["data_source"] == "bundled":
            assert not asked & {"normalization_mean", "normalization_std", "num_samples"}
        assert not [key for key in asked if not FIELDS[key].applies(answers)]
    one = {"gpus": 1, "setup": "full"}
    many = Dialogue(one, {}, {}, groups=[*GROUPS], asking=True, trusted=False)
    assert many.asked("memory_gb")


@pytest.mark.parametrize("key", GROUPS)
def test_case_43_enter_passes_a_group_by(key: str) -> None:
    for opened in ([], [key]):
        answers = {"setup": "full", "gpus": 2, "data_source": "image_csv", "wandb_enabled": True}
        dialogue = Dialogue(answers, {}, {}, groups=opened, asking=True, trusted=False)
        assert dialogue.opens(key)
        asked = [each for each in GROUPS[key].fields if dialogue.asked(each)]
        assert bool(asked) == bool(opened)
