"""All loops that are measured, by name; each can be sent to a process of its own."""

from functools import partial

from .contenders.accelerated import Accelerated
from .contenders.hand import Hand
from .contenders.huggingface import HuggingFace
from .contenders.lightning import Lightning
from .contenders.ours import Ours
from .contenders.plain import PlainLoop
from .job import Entry
from .names import AGAIN, HAND, OURS, PLAIN_LOOP

MEMORY = "gathered in memory, augmented a batch at a time"
SINGLY = "DataLoader, sample by sample, no workers"

# Trainer stands before accelerate: making one resets the state that the other shares.
ENTRIES = (
    Entry("Trainer", partial(HuggingFace, tuned=False), f"documented; {SINGLY}"),
    Entry("Trainer tuned", partial(HuggingFace, tuned=True), f"tuned; {MEMORY}"),
    Entry("Lightning", partial(Lightning, tuned=False), f"documented; {SINGLY}"),
    Entry("Lightning tuned", partial(Lightning, tuned=True), f"tuned; {MEMORY}"),
    Entry("accelerate", partial(Accelerated, tuned=False), f"documented; {SINGLY}"),
    Entry("accelerate tuned", partial(Accelerated, tuned=True), f"tuned; {MEMORY}"),
    Entry(PLAIN_LOOP, PlainLoop, "as tutorials write it; DataLoader, sample by sample, 4 workers"),
    Entry(HAND[0], Hand, f"written for this job; {MEMORY}"),
    Entry(
        HAND[1],
        partial(Hand, channels_last=True),
        "the same, in the other memory format for images",
    ),
    Entry(OURS, Ours, f"`engine.fit` with everything on; {MEMORY}, each sample by its own draws"),
    Entry(AGAIN, Ours, "the same once more: what differs is noise"),
)
