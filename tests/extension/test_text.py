"""Text: what people call things, what is inferred of tasks, sources and sizes, and why."""

from pathlib import Path
from typing import Any

import pytest

from mldl.advice import complete, no_effect
from mldl.answers import accept
from mldl.catalog.choices import STEPS
from mldl.catalog.datasets import BUNDLED
from mldl.catalog.sources import SOURCES
from mldl.catalog.spelling import read
from mldl.catalog.tasks import form_of
from mldl.catalog.text_sources import FORMS
from mldl.context import derive
from mldl.contradictions import check
from mldl.session import meant

from .support import REQUESTS, ROOT

CLASSES, NLP = {"task": "classification", "modality": "text"}, {"task": "nlp"}
OURS = sorted((REQUESTS / "text").glob("*.json"))
ASKED = [
    ROOT / f"tests/requests/{name}.json"
    for name in ("06-reviews-bert", "07-text-gpt", "11-translate-t5")
]


def cell(answers: dict[str, Any]) -> tuple[str, str, str]:
    return answers["task"], answers["objective"], answers["architecture"]


@pytest.mark.parametrize(
    ("given", "architecture", "backbone"),
    [
        ({**CLASSES, "architecture": "BERT"}, "bert", None),
        ({**CLASSES, "architecture": "DistilBERT"}, "bert", "distilbert-base-uncased"),
        ({**CLASSES, "architecture": "roberta"}, "bert", "roberta-base"),
        ({**CLASSES, "architecture": "ModernBERT"}, "bert", "answerdotai/ModernBERT-base"),
        ({**CLASSES, "architecture": "microsoft/deberta-v3-small"}, "bert", "same"),
        ({**CLASSES, "architecture": "BERT-base-uncased"}, "bert", "bert-base-uncased"),
        ({**CLASSES, "architecture": "GPT-2"}, "gpt", "gpt2"),
        ({**CLASSES, "architecture": "nanoGPT"}, "gpt", None),
        ({**CLASSES, "architecture": "transformer-encoder"}, "custom", None),
        ({**NLP, "architecture": "flan-t5"}, "t5", "google/flan-t5-small"),
        ({**NLP, "architecture": "bart"}, "t5", "facebook/bart-base"),
        ({**NLP, "architecture": "Helsinki-NLP/opus-mt-de-fr"}, "t5", "same"),
        ({**NLP, "architecture": "meta-llama/Llama-3.2-1B"}, "gpt", "same"),
    ],
    ids=str,
)
def test_names_that_people_use(
    given: dict[str, Any], architecture: str, backbone: str | None
) -> None:
    found = read(given).answers
    backbone = given["architecture"] if backbone == "same" else backbone
    assert (found["architecture"], found.get("backbone")) == (architecture, backbone)
    assert read(found).answers == found, "what is stored moves"
    assert check(complete(given)) == []


@pytest.mark.parametrize(
    ("given", "architecture", "backbone"),
    [
        ({**CLASSES, "backbone": "bert-large-cased-whole"}, "bert", "bert-large-cased-whole"),
        ({**CLASSES, "backbone": "ModernBERT-base"}, "bert", "answerdotai/ModernBERT-base"),
        ({**CLASSES, "backbone": "me/bert-base-uncased"}, "bert", "me/bert-base-uncased"),
        ({**CLASSES, "backbone": "weights/mine"}, "bert", "weights/mine"),
        ({**CLASSES, "architecture": "gpt", "backbone": "me/mine"}, "gpt", "me/mine"),
        ({**NLP, "backbone": "T5-small"}, "t5", "t5-small"),
        ({**NLP, "architecture": "custom", "backbone": "gpt2"}, "gpt", "gpt2"),
    ],
    ids=str,
)
def test_any_published_network_is_taken_by_its_name(
    given: dict[str, Any], architecture: str, backbone: str
) -> None:
    answers = complete({**given, "dataset_path": "data/x"})
    assert (answers["architecture"], answers["backbone"]) == (architecture, backbone)
    assert answers["pretrained"] is True
    found = derive({**answers, "folder_name": "x"})
    assert found["tokenizer"] == backbone, "its tokenizer comes with it"
    assert found["library"] == "transformers"
    assert check(answers) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("nlp", "token", "bert")),
        ({"architecture": "bert"}, ("nlp", "token", "bert")),
        ({"architecture": "t5"}, ("nlp", "seq2seq", "t5")),
        ({"architecture": "gpt"}, ("nlp", "language_model", "gpt")),
        ({"dataset_path": "a.conll"}, ("nlp", "token", "bert")),
        ({"dataset_path": "a.txt"}, ("nlp", "language_model", "gpt")),
        ({"dataset_path": "a.txt", "architecture": "bert"}, ("nlp", "token", "bert")),
        ({"dataset_path": "a.csv"}, ("classification", "single_label", "bert")),
        (
            {"dataset_path": "a.jsonl", "output_shape": 3},
            ("classification", "single_label", "bert"),
        ),
        (
            {"dataset_path": "a.csv", "architecture": "custom"},
            ("classification", "single_label", "custom"),
        ),
        (
            {"dataset_path": "a.jsonl", "class_names": ["O", "B-PER", "I-PER"], "output_shape": 3},
            ("nlp", "token", "bert"),
        ),
        (
            {"dataset_path": "a.jsonl", "output_shape": 3, "objective": "token"},
            ("nlp", "token", "bert"),
        ),
        ({"dataset_path": "a.jsonl", "output_shape": 32_128}, ("nlp", "seq2seq", "t5")),
        ({"dataset_path": "a.csv", "target_metric": "bleu"}, ("nlp", "seq2seq", "t5")),
        ({"data_source": "parallel", "dataset_path": "a"}, ("nlp", "seq2seq", "t5")),
        ({"data_source": "text_files", "dataset_path": "a"}, ("nlp", "language_model", "gpt")),
        ({"dataset_name": "hamlet"}, ("nlp", "language_model", "gpt")),
        ({"dataset_name": "pronunciations"}, ("nlp", "seq2seq", "t5")),
        ({"dataset_name": "languages"}, ("classification", "single_label", "bert")),
        ({"objective": "targets", "dataset_path": "a.csv"}, ("regression", "targets", "bert")),
        (
            {"objective": "multi_label", "dataset_path": "a.csv"},
            ("classification", "multi_label", "bert"),
        ),
    ],
    ids=str,
)
def test_the_cell_is_inferred_where_the_task_is_nlp(
    given: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    answers = complete({**NLP, **given})
    assert cell(answers) == expected
    assert answers["modality"] == "text"
    assert check(answers) == []
    assert complete(answers) == answers, "what is stored moves"


def test_generation_of_text_is_a_language_model_and_says_so() -> None:
    given = {"task": "generation", "architecture": "gpt", "dataset_path": "data/plays.txt"}
    assert cell(complete(given)) == ("nlp", "language_model", "gpt")
    assert meant(given) == "task generation as nlp (what generates text is nlp here)"
    assert check(complete({"task": "generation", "dataset_path": "a.txt"})) == []
    (images,) = check(complete({"task": "generation", "architecture": "gan"}))
    assert "not offered yet" in images.message


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ({**CLASSES}, "bundled"),
        ({**CLASSES, "dataset_path": "data/a.csv.gz"}, "text_table"),
        ({**CLASSES, "dataset_path": "data/a.parquet"}, "text_table"),
        ({**CLASSES, "dataset_path": "data/texts"}, "text_folder"),
        ({**CLASSES, "objective": "multi_label", "dataset_path": "data/texts"}, "text_table"),
        ({**NLP, "dataset_path": "data/a.bio"}, "conll"),
        ({**NLP, "architecture": "bert", "dataset_path": "data/a.txt"}, "conll"),
        ({**NLP, "objective": "token", "dataset_path": "data/a.jsonl"}, "text_table"),
        ({**NLP, "architecture": "t5", "dataset_path": "data/a.tsv"}, "text_table"),
        ({**NLP, "architecture": "t5", "dataset_path": "data/pairs"}, "parallel"),
        ({**NLP, "architecture": "gpt", "dataset_path": "data/books"}, "text_files"),
        ({**NLP, "architecture": "gpt", "dataset_path": "data/a.jsonl"}, "text_files"),
        ({**CLASSES, "data_loader": "huggingface", "dataset_name": "imdb"}, "huggingface"),
        ({**CLASSES, "data_loader": "custom", "dataset_name": "mine"}, "custom"),
    ],
    ids=str,
)
def test_the_source_is_inferred_from_the_path(given: dict[str, Any], source: str) -> None:
    answers = complete(given)
    assert (answers["modality"], answers["data_source"]) == ("text", source)
    assert check(answers) == []


@pytest.mark.parametrize("loader", ["huggingface", "custom"])
def test_files_are_read_by_the_project_whatever_library_is_named(loader: str) -> None:
    given = {**CLASSES, "data_loader": loader, "dataset_path": "data/reviews.csv"}
    assert complete(given)["data_source"] == "text_table"
    assert f"data_loader {loader} as torch (the project reads data/reviews.csv itself)" in meant(
        given
    )
    named = {**given, "data_source": "custom", "data_loader": "custom"}
    assert complete(named)["data_source"] == "custom"


@pytest.mark.parametrize(
    ("given", "metric"),
    [
        ({**CLASSES, "target_metric": "F1"}, "f1"),
        ({**NLP, "target_metric": "entity F1"}, "f1"),
        ({**NLP, "architecture": "gpt", "target_metric": "bits per byte"}, "bits_per_byte"),
        ({**NLP, "architecture": "gpt", "target_metric": "PPL"}, "perplexity"),
        ({**NLP, "architecture": "t5", "target_metric": "BLEU"}, "bleu"),
        ({**NLP, "architecture": "t5", "target_metric": "WER"}, "word_error_rate"),
        ({**NLP, "architecture": "t5", "target_metric": "phoneme error rate"}, "word_error_rate"),
        ({**NLP, "architecture": "t5", "target_metric": "CER"}, "character_error_rate"),
        ({**NLP, "architecture": "t5", "target_metric": "accuracy"}, "exact_match"),
        ({**NLP, "architecture": "t5", "target_metric": "chrF"}, "chrf"),
    ],
    ids=str,
)
def test_metrics_by_their_usual_names(given: dict[str, Any], metric: str) -> None:
    answers = complete({**given, "target_value": 1.0})
    assert (answers["target_metric"], answers["monitor"]) == (metric, f"val_{metric}")
    assert check(answers) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({**NLP, "architecture": "t5", "target_metric": "bleu", "target_value": 30.0}, "0.3?"),
        ({**NLP, "architecture": "gpt", "target_metric": "perplexity", "target_value": 0.5}, "1"),
        ({**CLASSES, "input_shape": [3, 64, 64]}, "a text is [tokens]"),
        ({**CLASSES, "preprocessing": ["resize"]}, "it is for images"),
        ({**CLASSES, "architecture": "lstm"}, "custom is nearest"),
        ({**CLASSES, "architecture": "t5"}, "t5 is for nlp"),
        ({**CLASSES, "architecture": "resnet"}, "resnet is for images"),
        ({**NLP, "architecture": "bert", "objective": "seq2seq"}, "bert is not for seq2seq"),
        ({**NLP, "modality": "image"}, "nlp of image is not offered"),
        ({**CLASSES, "dataset_path": "data/a.xlsx"}, "text_table reads a file in .csv"),
        ({**CLASSES, "data_source": "conll", "dataset_path": "a"}, "does not hold what"),
        ({**NLP, "data_source": "conll", "objective": "seq2seq", "dataset_path": "a"}, "pairs"),
        ({**CLASSES, "data_source": "text_folder", "objective": "multi_label"}, "one class"),
        ({**CLASSES, "dataset_name": "languages", "output_shape": 7}, "has 25 outputs"),
        ({**NLP, "dataset_name": "digits"}, "no bundled data set for nlp"),
        ({**CLASSES, "hidden_dim": 100, "pretrained": False}, "heads of 32"),
        ({**CLASSES, "pretrained": True, "pretrained_source": "torchvision"}, "not torchvision"),
        ({**NLP, "architecture": "t5", "output_shape": 12, "dataset_path": "a"}, "64 tokens"),
    ],
    ids=str,
)
def test_what_does_not_go_together_is_refused(given: dict[str, Any], said: str) -> None:
    assert said in " ".join(problem.line() for problem in check(complete(given)))


@pytest.mark.parametrize("name", ["<b>", "a;rm", "$(x)", "a{{b}}", "-x", "https://host/x", "a\nb"])
def test_a_published_name_has_safe_letters_alone(name: str) -> None:
    from mldl.answers import problem_with

    assert problem_with("backbone", name) is not None
    for fine in ("bert-base-uncased", "org/Name_1.5-B", "../models/mine", "weights/a b"):
        assert problem_with("backbone", fine) is None


def test_pretrained_weights_are_tuned_gently() -> None:
    own = complete({**CLASSES, "dataset_name": "languages"})
    tuned = complete({**CLASSES, "dataset_path": "data/a.csv"})
    assert (own["pretrained"], own["backbone"], own["learning_rate"]) == (False, "", 1e-3)
    assert (tuned["pretrained"], tuned["backbone"]) == (True, "distilbert-base-uncased")
    assert (tuned["learning_rate"], tuned["num_epochs"], tuned["freeze_epochs"]) == (3e-5, 3, 0)
    sized = complete({**CLASSES, "dataset_path": "data/a.csv", "num_layers": 3})
    assert (sized["pretrained"], sized["backbone"], sized["num_layers"]) == (False, "", 3)


def test_texts_become_tokens_as_shapes_say() -> None:
    def found(**given: Any) -> dict[str, Any]:
        return derive(complete({**given, "folder_name": "x"}))

    own = found(**NLP, architecture="gpt", dataset_path="a.txt", input_shape=[48])
    assert (own["tokenizer"], own["vocab_size"], own["max_length"]) == ("bpe", 8192, 48)
    letters = found(**NLP, architecture="gpt", dataset_path="a.txt", output_shape=100)
    assert (letters["tokenizer"], letters["vocab_size"]) == ("characters", 384)
    pieces = found(**NLP, architecture="t5", dataset_path="a.tsv", pretrained=False)
    assert (pieces["tokenizer"], pieces["max_target_length"]) == ("bpe", 128)
    words = found(**NLP, dataset_name="pronunciations")
    assert (words["tokenizer"], words["target_tokenizer"]) == ("characters", "words")
    assert (words["max_length"], words["num_outputs"]) == (40, None)
    published = found(**CLASSES, dataset_path="a.csv", backbone="roberta-base", output_shape=3)
    assert (published["tokenizer"], published["num_outputs"]) == ("roberta-base", 3)
    assert published["smoke"]["tokenizer"] == "bpe", "nothing may be fetched"
    assert published["smoke"]["backbone"] is None


@pytest.mark.parametrize("width", [32, 64, 96, 128, 352, 384, 768])
def test_heads_share_the_width_of_a_gpt(width: int) -> None:
    given = {**NLP, "architecture": "gpt", "dataset_path": "a.txt", "hidden_dim": width}
    found = derive(complete({**given, "folder_name": "x"}))
    for heads, dim in (
        (found["num_heads"], width),
        (found["smoke"]["num_heads"], found["smoke"]["hidden_dim"]),
    ):
        assert dim % heads == 0
        assert dim // heads % 2 == 0, "positions turn pairs of channels"
        assert dim // heads <= 64


def test_a_small_vocabulary_gets_the_bytes_besides_and_says_so() -> None:
    given = {**NLP, "architecture": "gpt", "dataset_path": "a.txt", "output_shape": 128}
    assert read(given).answers["output_shape"] == 384
    assert "output_shape 128 as 384" in meant(given)
    assert read(read(given).answers).answers["output_shape"] == 384
    assert read({**CLASSES, "output_shape": 128}).answers["output_shape"] == 128


def test_what_a_project_depends_on() -> None:
    def needs(**given: Any) -> set[str]:
        found = derive(complete({**given, "folder_name": "x"}))["dependencies"]
        return {name.partition(">")[0] for name in found}

    published = {"dataset_path": "a.csv", "pretrained": True}
    assert {"transformers", "tokenizers", "huggingface-hub"} <= needs(**CLASSES, **published)
    assert "peft" not in needs(**CLASSES, **published)
    assert "peft" in needs(**CLASSES, **published, lora=True)
    assert "huggingface-hub" not in needs(**CLASSES, architecture="custom")
    assert "huggingface-hub" not in needs(**NLP, dataset_name="hamlet")
    assert "sacrebleu" in needs(**NLP, architecture="t5")
    assert {"pip", "pyarrow"} <= needs(**NLP, dataset_name="hamlet")
    assert not {"pip", "datasets"} & needs(**NLP, dataset_name="entities")


def test_lora_is_for_published_networks_of_text() -> None:
    assert set(no_effect({**CLASSES, "lora": True})) == {"lora"}
    assert set(no_effect({"lora": True, "pretrained": True, "dataset_path": "d"})) == {"lora"}
    taken = {**CLASSES, "lora": True, "dataset_path": "a.csv"}
    assert no_effect(taken) == {}
    layers = derive(complete({**taken, "folder_name": "x"}))["layer_names"]
    assert "models/text/lora" in layers


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_sources_steps_and_a_set(form: str) -> None:
    names = {name for name, source in SOURCES.items() if form in source.layers}
    assert {"huggingface", "custom"} < names
    assert STEPS[form] == ("tokenize",)
    objectives = [each.objective or "single_label" for each in BUNDLED if each.modality == "text"]
    assert form in {form_of("text", each) for each in objectives}


@pytest.mark.parametrize("path", [*ASKED, *OURS], ids=lambda path: path.stem)
def test_a_request_is_taken(path: Path) -> None:
    answers = complete(accept({"request_file": str(path)}, {}, "project"))
    found = derive({**answers, "folder_name": "project"})
    assert answers["modality"] == "text"
    assert found["layer_names"]
    assert len(OURS) >= 10


def test_what_was_asked_for() -> None:
    reviews, text, phrases = (complete(accept({"request_file": str(x)}, {})) for x in ASKED)
    assert cell(reviews) == ("classification", "single_label", "bert")
    assert (reviews["backbone"], reviews["data_source"]) == (
        "distilbert-base-uncased",
        "text_table",
    )
    assert (reviews["target_metric"], reviews["input_shape"]) == ("f1", [256])
    assert cell(text) == ("nlp", "language_model", "gpt")
    assert (text["data_source"], text["num_layers"], text["hidden_dim"]) == ("text_files", 6, 384)
    assert cell(phrases) == ("nlp", "seq2seq", "t5")
    assert (phrases["backbone"], phrases["target_value"]) == ("t5-small", 0.3)


def test_ours_hold_every_cell_with_its_own_arguments() -> None:
    given = [accept({"request_file": str(path)}, {}) for path in OURS]
    every = [complete(answers) for answers in given]
    assert len({cell(answers) for answers in every}) == 10
    own = {answers["architecture"] for answers in every if not answers["pretrained"]}
    assert own == {"custom", "gpt", "t5"}
    assert [no_effect(answers) for answers in given] == [{}] * len(given)
