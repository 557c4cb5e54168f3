"""Render the default project ten years on: `python tests/rendering/later.py PROJECT`.

The clock is set before anything is imported, so that nobody has the other one already.
"""

import datetime
import sys
import time
from pathlib import Path
from typing import Any

AHEAD = 10 * 366 * 24 * 3600  # seconds
REAL = time.time, time.time_ns, time.localtime, time.gmtime, time.strftime

time.time = lambda: REAL[0]() + AHEAD
time.time_ns = lambda: REAL[1]() + AHEAD * 10**9
time.localtime = lambda seconds=None: REAL[2](time.time() if seconds is None else seconds)
time.gmtime = lambda seconds=None: REAL[3](time.time() if seconds is None else seconds)
time.strftime = lambda form, moment=None: REAL[4](form, moment or time.localtime())


class Moment(datetime.datetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "Moment":
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> "Moment":
        return cls.now(datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        return cls.now()


class Day(datetime.date):
    @classmethod
    def today(cls) -> Any:
        return cls.fromtimestamp(time.time())


datetime.datetime, datetime.date = Moment, Day  # type: ignore[misc]

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tools.render import renderer

    with renderer() as render:
        render(Path(sys.argv[1]))
