"""Your data: say here how to read them; nothing else has to change.

The example makes up reviews, so that the project runs before your data are in.
"""

import random
from collections.abc import Iterator
from pathlib import Path

PRAISE = ["good", "great", "lovely", "fresh", "friendly", "quick", "warm", "perfect"]
BLAME = ["bad", "awful", "cold", "slow", "rude", "stale", "late", "broken"]
THINGS = {  # what a review is about, and its topic
    "the soup": "food",
    "the bread": "food",
    "the waiter": "service",
    "the booking": "service",
    "the room": "place",
    "the music": "place",
}


def read_rows(dataset_path: Path) -> Iterator[dict[str, object]]:
    """Yield each row by column names: a text and what to predict of it; None is missing.

    With a file of JSON lines: `yield from map(json.loads, dataset_path.open(encoding="utf-8"))`.
    `data.text_column` and `data.target_columns` say which columns count.
    """
    for number in range(400):
        chance = random.Random(number)
        things = chance.sample([*THINGS], 3)
        praised = chance.sample(range(3), chance.randrange(4))
        words = [chance.choice(PRAISE if k in praised else BLAME) for k in range(3)]
        parts = [f"{thing} was {word}" for thing, word in zip(things, words, strict=True)]
        yield {
            "text": f"Visit {number}: {parts[0]}, {parts[1]} and {parts[2]}.",
            #: if objective == "single_label"
            "label": "good" if len(praised) > 1 else "bad",
            #: endif
            #: if objective == "multi_label"
            "topics": sorted({THINGS[thing] for thing in things}),
            #: endif
            #: if objective == "targets"
            "score": float(len(praised)),
            #: endif
        }
