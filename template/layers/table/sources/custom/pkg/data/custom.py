"""Your data: say here how to read them; nothing else has to change.

The example makes up houses, so that the project runs before your data are in.
"""

import random
from collections.abc import Iterator
from pathlib import Path


def read_rows(dataset_path: Path) -> Iterator[dict[str, object]]:
    """Yield each row by column names; None is a missing value.

    With a file of JSON lines: `yield from map(json.loads, dataset_path.open())`.
    `data.target_columns` says what to predict; without it, it is the last column.
    """
    for number in range(400):
        chance = random.Random(number)
        area, rooms = chance.uniform(30, 200), chance.randint(1, 6)
        place = chance.choice(["city", "suburb", "country"])
        price = 2.0 * area + 15 * rooms + 120 * (place == "city") + chance.gauss(0, 15)
        yield {
            "area": round(area, 1) if chance.random() < 0.95 else None,
            "rooms": rooms,
            "place": place,
            #: if task == "classification"
            "segment": "high" if price > 330 else "low",
            #: endif
            #: if task == "regression"
            "price": round(price, 1),
            #: endif
        }
