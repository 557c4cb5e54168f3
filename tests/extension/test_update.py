"""`copier update`: what a project was made with stays, whatever the template becomes."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from copier import run_update
from copier.errors import UserMessageError

from mldl.session import updating
from tests.support import commit, git

from .support import Copy, answers_of


def make(copy: Copy, **data: Any) -> Path:
    """Return a project under git."""
    project = copy(**data)
    git(project, "init", "--quiet")
    commit(project)
    return project


def update(project: Path, **data: Any) -> dict[str, Any]:
    """Update a project and return its answers."""
    run_update(str(project), data=data, defaults=True, overwrite=True, unsafe=True, quiet=True)
    return answers_of(project)


def edit(template: Path, path: str, old: str, new: str) -> None:
    """Change the next version of the template."""
    file = template / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def stricter(template: Path) -> None:
    """Allow 100 epochs at most in the next version."""
    rule = '"num_epochs": Field("How many epochs?", SIZE'
    path = "extensions/mldl/fields/training.py"
    edit(template, path, rule, rule.replace("SIZE", "integer(1, 100)"))


def test_what_a_project_was_made_with_stays(copy: Copy, template: Path, tmp_path: Path) -> None:
    """Defaults, choices and rules change; the request is gone; the project stays."""
    request = {
        "ml_task": {"type": "classification"},
        "model_config": {"architecture": "custom"},
        "training_config": {"num_epochs": 500},
    }
    project = make(copy, request=request)
    (tmp_path / "request.json").unlink()
    image = "extensions/mldl/catalog/image.py"
    edit(template, image, '"learning_rate": 2e-3', '"learning_rate": 5e-3')
    label = 'label="Own convolutional net",'
    edit(template, image, label, f"{label}\n    deprecated=True,")
    path = "extensions/mldl/catalog/dependencies.py"
    edit(template, path, '"tqdm": ">=4.66,<5"', '"tqdm": ">=4.67,<5"')
    stricter(template)
    commit(template, "v2")

    answers = update(project)
    assert answers["learning_rate"] == 0.002, "a value that was never asked for changed"
    assert answers["architecture"] == "custom", "a deprecated choice changed"
    assert answers["num_epochs"] == 500, "a stricter rule changed an answer"
    assert answers["request"] == request
    assert "tqdm>=4.67,<5" in (project / "cell.txt").read_text(), "the old catalogue was used"

    commit(project)
    (template / "template/layers/base/new.txt").write_text("new\n")
    commit(template, "v3")  # now the version before is the strict one
    assert update(project)["num_epochs"] == 500
    assert (project / "new.txt").exists()
    with pytest.raises(UserMessageError, match="num_epochs: must be from 1 to 100"):
        copy("strict", num_epochs="500")
    assert answers_of(copy("new"))["architecture"] == "resnet"


def test_an_item_of_a_list_that_is_offered_no_more_stays(copy: Copy, template: Path) -> None:
    project = make(copy, augmentation="[random_crop, rotation, mixup]")
    before = answers_of(project)["augmentation"]
    path = "extensions/mldl/catalog/choices.py"
    offered = "in features.AUGMENTATIONS.items()"
    edit(template, path, offered, f'{offered} if name != "rotation"')
    commit(template, "v2")
    after = update(project, num_epochs="7")["augmentation"]
    assert after == before == ["random_crop", "rotation", "mixup"]


def test_the_same_version_changes_nothing(copy: Copy) -> None:
    project = make(copy)
    before = {path: path.read_bytes() for path in project.glob("*") if path.is_file()}
    update(project)
    assert all(path.read_bytes() == text for path, text in before.items())


def test_questions_come_and_go(copy: Copy, template: Path) -> None:
    project = make(copy)
    path = project / ".copier-answers.yml"
    stored = {**answers_of(project), "gone": 3}
    del stored["ema"]
    path.write_text(yaml.safe_dump(stored))
    commit(project)
    commit(template, "v2")
    answers = update(project, gone="4", num_epochs="7", task="classification")
    assert answers["ema"] is False
    assert answers["num_epochs"] == 7


def test_another_bundled_set_takes_its_facts_along(copy: Copy) -> None:
    project = make(copy)
    with pytest.raises(UserMessageError) as refusal:
        update(project, dataset_name="mnist", num_samples="1797")
    assert "mnist has 5000 samples, not 1797" in refusal.value.message
    assert answers_of(project)["dataset_name"] == "digits"
    answers = update(project, dataset_name="mnist")
    expected = {"dataset_path": "data/mnist", "num_samples": 5000, "input_shape": [1, 32, 32]}
    assert {key: answers[key] for key in expected} == expected


def test_folders_that_clash_in_an_old_project_stay(copy: Copy, template: Path) -> None:
    project = make(copy)
    path = project / ".copier-answers.yml"
    text = path.read_text().replace("checkpoint_dir: checkpoints/", "checkpoint_dir: train.py/x")
    path.write_text(text.replace("tensorboard_log_dir: logs/", "tensorboard_log_dir: data"))
    commit(project)
    commit(template, "v2")
    answers = update(project, num_epochs="7")
    commit(project)
    assert (answers["checkpoint_dir"], answers["tensorboard_log_dir"]) == ("train.py/x", "data")
    with pytest.raises(UserMessageError, match="checkpoint_dir and dataset_path"):
        update(project, checkpoint_dir="data/digits/x")


def test_a_copier_that_does_not_tell_what_it_does_makes_projects(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr("copier._main._operation")
    assert not updating({"overwrite": False})
    with pytest.raises(UserMessageError, match=r"use copier==9\."):
        updating({"overwrite": True})


def test_a_backbone_does_not_move_a_custom_architecture(copy: Copy) -> None:
    project = make(copy, architecture="custom")
    with pytest.raises(UserMessageError, match='architecture: is settled at "custom"'):
        update(project, backbone="resnet50")


def test_frozen_answers_and_wrong_ones_are_refused(copy: Copy) -> None:
    project = make(copy)
    before = (project / ".copier-answers.yml").read_bytes()
    changes = {
        "task": "regression",
        "modality": "table",
        "objective": "multi_label",
        "architecture": "vit",
        "package_name": "another",
    }
    with pytest.raises(UserMessageError) as refusal:
        update(project, **changes, num_epochs="0")
    for key in changes:
        assert f"{key}: is settled at" in refusal.value.message
    assert "num_epochs: must be" in refusal.value.message
    for key in ("request_file", "request"):
        with pytest.raises(UserMessageError, match=f"{key}: a request makes a new project"):
            update(project, **{key: '{"ml_task": {"type": "classification"}}'})
    assert (project / ".copier-answers.yml").read_bytes() == before
