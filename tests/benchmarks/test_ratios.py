import random

import pytest

from benchmarks.names import AGAIN, HAND, OURS, PEERS, PLAIN_LOOP, REFERENCE, TUNED
from benchmarks.ratios import difference, estimate, ratio
from benchmarks.regimes import find
from benchmarks.targets import judge

DRAW = random.Random(1)


def noisy(factor: float, moments: list[float], spread: float = 0.01) -> list[float]:
    """Make up times: each round has its own slowness, each contender a little noise."""
    return [factor * moment * DRAW.uniform(1 - spread, 1 + spread) for moment in moments]


@pytest.fixture
def moments() -> list[float]:
    return [DRAW.uniform(1, 3) for _ in range(25)]


def test_a_planted_ratio_is_found_in_spite_of_slow_rounds(moments: list[float]) -> None:
    found = ratio(noisy(2.0, moments), noisy(1.0, moments))
    assert found.value == pytest.approx(2.0, rel=0.01)
    assert 1.95 < found.low < 2.0 < found.high < 2.05


def test_equals_are_equal(moments: list[float]) -> None:
    found = ratio(noisy(1.0, moments), noisy(1.0, moments))
    assert found.low < 1 < found.high


def test_one_wild_round_does_not_decide(moments: list[float]) -> None:
    times = noisy(1.0, moments)
    times[3] *= 50
    assert ratio(times, noisy(1.0, moments)).value == pytest.approx(1.0, rel=0.01)


def test_the_interval_covers_the_median_as_often_as_it_says() -> None:
    draw = random.Random(0)
    covered = 0
    for trial in range(100):
        found = estimate([draw.gauss(5.0, 1.0) for _ in range(20)], seed=trial)
        covered += found.low <= 5.0 <= found.high
    assert 88 <= covered <= 100


def test_difference() -> None:
    assert difference([3.0, 4.0, 5.0], [1.0, 2.0, 3.0]) == (2.0, 2.0, 2.0)


def test_targets_are_judged(moments: list[float]) -> None:
    names = {OURS: 1.0, AGAIN: 1.0, HAND[0]: 0.99, HAND[1]: 0.8, PLAIN_LOOP: 2.5}
    names |= dict.fromkeys(PEERS, 1.5) | {peer + TUNED: 1.2 for peer in PEERS}
    found = {
        "timings": {name: {"steady": noisy(each, moments)} for name, each in names.items()},
        "steps": 10,
        "data_wait": 0.03,
        "stall": {"stall": 0.05, "worst": 0.2},
    }
    met = {target.text: target.met for target in judge(find("mlp"), found)}
    missed = [text for text, each in met.items() if not each]
    assert len(met) == 11
    assert missed == [
        "mlp: at most 5 % or 50 µs a step over hand channels_last",
        "mlp: waits at most 2% of its time for data",
    ]
    assert not any(judge(find("mlp"), None))


def test_targets_of_detectors_are_judged(moments: list[float]) -> None:
    names = {OURS: 1.0, AGAIN: 1.0, REFERENCE: 1.1, PEERS[0]: 0.9}
    found = {
        "timings": {name: {"steady": noisy(each, moments)} for name, each in names.items()},
        "steps": 6,
        "data_wait": 0.04,
    }
    met = {target.text: target.met for target in judge(find("rt_detr"), found)}
    assert len(met) == 4
    assert [text for text, each in met.items() if not each] == [
        "rt_detr: as fast as (within 2 %) Trainer"
    ]
    assert not all(target.met for target in judge(find("rt_detr"), found | {"data_wait": 0.06}))
