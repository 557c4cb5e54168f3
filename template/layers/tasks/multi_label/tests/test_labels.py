"""Labels that are rare, or that no sample has."""

import math
from dataclasses import replace

import pytest
import torch
from expected import make_targets
from samples import keep_rows, make_settings

from pkg.data.dataloader import get_dataloaders
from pkg.engine.errors import UserError
from pkg.engine.settings import TrainingSettings
from pkg.inference import make_report
from pkg.task.objective import Objective


def test_labels_without_samples_are_not_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_rows(monkeypatch, slice(0, 50, 2))
    _, names = make_targets(torch.arange(2))
    settings = replace(make_settings(), class_names=[*names, "none"])
    with pytest.raises(UserError, match=r"data\.dataset_path: .* need samples.* 0(,|$)"):
        get_dataloaders(settings, batch_size=8, seed=0, device=torch.device("cpu"))


def test_names_are_given_once() -> None:
    with pytest.raises(ValueError, match=r"data\.class_names cannot be \['a', 'a', 'b'\]"):
        replace(make_settings(), class_names=["a", "a", "b"])


def test_a_rare_label_leaves_no_interval_empty() -> None:
    outputs = torch.randn(40, 2)
    targets = (torch.arange(40)[:, None] < 2).float().expand_as(outputs)
    report = make_report(outputs, targets, ["rare", "other"], Objective(), TrainingSettings())
    metrics = report["metrics"].values()
    numbers = [x for metric in metrics for x in (metric["value"], *metric["interval"])]
    assert all(math.isfinite(x) for x in numbers)
