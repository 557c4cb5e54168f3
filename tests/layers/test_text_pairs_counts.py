"""Metrics of generated texts against sacrebleu, definitions, and a bootstrap by hand."""

import random
from itertools import zip_longest

import pytest
import sacrebleu
import torch
from pairs import PAIRS

Counts, Edits = PAIRS.load("task.counts"), PAIRS.load("task.edits")
WORDS = "the a cat dog sat on mat , . near it's 3.5 (old) house ran fast"


def made_up(count: int, seed: int) -> tuple[list[str], list[list[str]]]:
    """Return texts and one to three references of each, which are like them."""
    chance = random.Random(seed)
    texts, references = [], []
    for _ in range(count):
        words = chance.choices(WORDS.split(), k=chance.randint(0, 14))
        texts.append(" ".join(words))
        several = []
        for _ in range(chance.randint(1, 3)):
            changed = [x if chance.random() < 0.7 else chance.choice(WORDS.split()) for x in words]
            several.append(
                " ".join(changed + chance.choices(WORDS.split(), k=chance.randint(0, 2)))
            )
        references.append(several)
    return texts, references


def metrics(texts: list[str], references: list[list[str]]) -> dict[str, float]:
    sums = Counts.count_texts(texts, references).sum(0).tolist()
    found: dict[str, float] = Counts.metrics_of([0, 0, *sums])
    return found


@pytest.mark.parametrize("seed", range(3))
def test_bleu_and_chrf_are_sacrebleu_s(seed: int) -> None:
    texts, references = made_up(40, seed)
    streams = [*zip_longest(*references)]
    found = metrics(texts, references)
    bleu, chrf = (
        function(texts, streams).score / 100
        for function in (sacrebleu.corpus_bleu, sacrebleu.corpus_chrf)
    )
    assert found["bleu"] == pytest.approx(bleu, abs=1e-12)
    assert found["chrf"] == pytest.approx(chrf, abs=1e-12)
    assert 0.1 < found["bleu"] < 1


def test_signatures_are_sacrebleu_s_own_with_the_scale() -> None:
    signatures = PAIRS.load("task.metrics").Metrics.signatures
    texts, references = made_up(10, 0)
    for name, metric in (("bleu", sacrebleu.BLEU()), ("chrf", sacrebleu.CHRF())):
        metric.corpus_score(texts, [*zip_longest(*references)])
        assert signatures[name] == f"{name}|{metric.get_signature()}|scale:1"


def plain_distance(one: list[str], other: list[str]) -> int:
    """Return the edit distance by its table."""
    row: list[int] = [*range(len(other) + 1)]
    for i, x in enumerate(one, 1):
        before, row = row, [i]
        for j, y in enumerate(other, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
    return int(row[-1])


def test_edit_distances_are_those_of_the_definition() -> None:
    chance = random.Random(0)
    for size in (3, 12, 90):
        for _ in range(200):
            one, other = (chance.choices("abcd", k=chance.randrange(size)) for _ in range(2))
            assert Edits.edit_distance(one, other) == plain_distance(one, other)


def test_the_nearest_of_several_references_counts() -> None:
    found = metrics(["a b", "c d e"], [["a x", "a b c", "a b"], ["c", "c d e f"]])
    assert found["exact_match"] == 0.5
    assert found["word_error_rate"] == 1 / (2 + 4)
    assert found["character_error_rate"] == 2 / (3 + 7)


def test_error_rates_may_exceed_one_and_blanks_do_not_matter() -> None:
    found = metrics(["a b c d", " x  y\n"], [["z"], ["x y"]])
    assert found["word_error_rate"] == 4 / 3
    assert found["exact_match"] == 0.5


def test_draws_of_samples_are_counted_like_samples() -> None:
    texts, references = made_up(30, 5)
    project, tokenizers = PAIRS, PAIRS.load("data.training_tokenizers")
    tokenizer = tokenizers.train_tokenizer(texts, "words", 99, start=False)
    vocabulary = project.load("data.vocabulary").Vocabulary({"source": tokenizer})
    objective = project.load("task.objective").Objective(vocabulary, 20, {})
    ragged, pack = project.load("data.ragged").Ragged, project.load("references").pack
    everyone = torch.arange(30)
    outputs = ragged.of(tokenizer.encode(texts)).padded(everyone)
    targets = ragged.of(map(pack, references)).padded(everyone)
    scores = project.load("task.scores").Scores(outputs, targets, objective, 1)
    assert scores.count == 30
    draws = torch.randint(30, (30,), generator=torch.Generator().manual_seed(1))
    for ids in (everyone, draws):
        numbers = ids.tolist()
        expected = metrics([texts[i] for i in numbers], [references[i] for i in numbers])
        assert scores(ids) == pytest.approx(expected)
        assert scores.each() == [scores(ids)]
