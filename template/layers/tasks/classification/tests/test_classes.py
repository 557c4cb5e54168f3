"""Classes that are rare, or that no sample has."""

import math
from dataclasses import replace

import pytest
import torch
from expected import make_targets
from samples import keep_rows, make_settings, put_in_place

from pkg.data.dataloader import get_dataloaders
from pkg.engine.errors import UserError
from pkg.engine.settings import TrainingSettings
from pkg.inference import make_report
from pkg.task.objective import Objective


def test_classes_without_samples_are_not_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_rows(monkeypatch, slice(0, 50, 2))
    _, names = make_targets(torch.arange(2))
    settings = replace(make_settings(), class_names=[*names, "none"])
    with pytest.raises(UserError, match=r"data\.dataset_path: two classes or more.* 0(,|$)"):
        get_dataloaders(settings, batch_size=8, seed=0, device=torch.device("cpu"))


def test_names_are_given_once() -> None:
    with pytest.raises(ValueError, match=r"data\.class_names cannot be \['a', 'a', 'b'\]"):
        replace(make_settings(), class_names=["a", "a", "b"])


def test_a_rare_class_leaves_no_interval_empty() -> None:
    outputs = torch.randn(40, 2)
    targets = (torch.arange(40) < 2).long()
    report = make_report(outputs, targets, ["rare", "other"], Objective(), TrainingSettings())
    metrics = report["metrics"].values()
    numbers = [x for metric in metrics for x in (metric["value"], *metric["interval"])]
    assert all(math.isfinite(x) for x in numbers)


def test_every_split_has_its_fraction_of_each_class(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(monkeypatch)
    loaders = get_dataloaders(make_settings(), batch_size=8, seed=0, device=torch.device("cpu"))
    wanted = loaders[0].source.read([torch.arange(50)])
    whole = torch.cat([batch.targets for batch in wanted]).bincount()
    for loader, fraction in zip(loaders, (0.6, 0.2, 0.2), strict=True):
        [batch] = loader.source.read([loader.ids])
        assert (batch.targets.bincount() - fraction * whole).abs().max() <= 1


def test_weighted_sampling_draws_classes_equally_often(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(monkeypatch)
    settings = replace(make_settings(), weighted_sampling=True)
    train = get_dataloaders(settings, batch_size=30, seed=0, device=torch.device("cpu"))[0]
    drawn = torch.cat([train.chunks(epoch, 0)[0] for epoch in range(50)])
    [batch] = train.source.read([drawn])
    counts = batch.targets.bincount() / len(drawn)
    torch.testing.assert_close(counts, torch.full_like(counts, 1 / 3), atol=0.05, rtol=0)
