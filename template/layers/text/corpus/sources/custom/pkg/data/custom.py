"""Your data: say here how to read them; nothing else has to change.

The example makes up weather reports, so that the project runs before your data are in.
"""

import random
from collections.abc import Iterator
from pathlib import Path

PLACES = ["Oslo", "Lima", "Cairo", "Kyoto", "Porto", "Quito", "Perth", "Turin"]
SKIES = ["clear", "cloudy", "grey", "bright", "misty"]
WINDS = ["calm", "a light breeze", "a strong wind", "gusts"]


def read_documents(dataset_path: Path) -> Iterator[str]:
    """Yield each document, the same ones each time.

    With files: `for file in sorted(dataset_path.glob("*.txt")): yield file.read_text()`.
    """
    for number in range(300):
        chance = random.Random(number)
        lines = [f"Report {number}"]
        for place in chance.sample(PLACES, 4):
            degrees, sky, wind = (
                chance.randrange(-5, 35),
                chance.choice(SKIES),
                chance.choice(WINDS),
            )
            lines.append(f"In {place} it is {degrees} degrees and {sky}, with {wind}.")
        yield "\n".join(lines) + "\n"
