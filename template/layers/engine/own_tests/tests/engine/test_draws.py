"""Random numbers that belong to samples."""

import pytest
import torch

from pkg.engine.data.draws import Draws


def draws_of(count: int, seed: int = 0, epoch: int = 0) -> Draws:
    return Draws(seed, epoch, torch.arange(count))


def test_draws_belong_to_the_sample() -> None:
    """Neither the batch nor the place in it matters: a resumed run draws the same."""
    ids = torch.tensor([9, 4])
    for kind in (Draws.uniform, Draws.normal):
        some = kind(Draws(0, 0, ids), "crop", 2)
        assert torch.equal(some, kind(draws_of(64), "crop", 2)[ids])


def test_draws_are_uniform() -> None:
    drawn = draws_of(100_000).uniform("crop")
    fractions = torch.histc(drawn, bins=10, min=0, max=1) / len(drawn)
    torch.testing.assert_close(fractions, torch.full((10,), 0.1), atol=0.005, rtol=0)


def test_draws_are_normal() -> None:
    drawn = draws_of(100_000).normal("noise", 2)  # [N, 2]
    assert drawn.isfinite().all()
    torch.testing.assert_close(drawn.mean(0), torch.zeros(2), atol=0.02, rtol=0)
    torch.testing.assert_close(torch.cov(drawn.T), torch.eye(2), atol=0.02, rtol=0)
    below = torch.tensor([(drawn < x).float().mean() for x in (-2.0, -1.0, 1.0)])
    normal = torch.distributions.Normal(0.0, 1.0).cdf(torch.tensor([-2.0, -1.0, 1.0]))
    torch.testing.assert_close(below, normal, atol=0.01, rtol=0)


@pytest.mark.parametrize("other", [(1, 0, "a"), (0, 1, "a"), (0, 0, "b")])
def test_draws_are_independent(other: tuple[int, int, str]) -> None:
    """Another seed, epoch or use: numbers that have nothing to do with the first."""
    seed, epoch, use = other
    drawn = draws_of(100_000, seed, epoch).uniform(use)
    pair = torch.cat([draws_of(100_000).uniform("a"), drawn], dim=1)
    assert abs(float(torch.corrcoef(pair.T)[0, 1])) < 0.02
