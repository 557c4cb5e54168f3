"""Your data: say here how to read them; nothing else has to change.

The example makes up sentences with people and places, so that the project runs before your
data are in.
"""

import random
from collections.abc import Iterator
from pathlib import Path

FIRST = ["Ada", "Alan", "Emmy", "Grace", "Kurt", "Sofia", "Carl", "Marie"]
LAST = ["Hill", "Stone", "Rivers", "Woods", "Marsh", "Fields", "Brook", "Lake"]
PLACES = ["Oslo", "Lima", "Cairo", "New York", "Cape Town", "Kyoto", "San Juan", "Porto"]
VERBS = ["visits", "leaves", "likes", "misses", "paints", "describes"]


def read_rows(dataset_path: Path) -> Iterator[dict[str, object]]:
    """Yield each sentence: its words, and a label for each of them.

    Labels may be plain, or those of entities: B- begins one, I- goes on, O is none. With a file
    of JSON lines: `yield from map(json.loads, dataset_path.open(encoding="utf-8"))`.
    """
    for number in range(400):
        chance = random.Random(number)
        person = [chance.choice(FIRST), chance.choice(LAST)][: chance.choice([1, 2])]
        place = chance.choice(PLACES).split()
        day = str(chance.randrange(1, 29))
        words = [*person, chance.choice(VERBS), *place, "on", "May", day, "."]
        tags = ["B-PER", *["I-PER"] * (len(person) - 1), "O"]
        tags += ["B-LOC", *["I-LOC"] * (len(place) - 1), "O", "O", "O", "O"]
        yield {"tokens": words, "tags": tags}
