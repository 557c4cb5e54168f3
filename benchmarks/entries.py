"""All loops that are measured, by name; each can be sent to a process of its own."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from .job import Contender, Entry, Job
from .names import AGAIN, HAND, LIBRARY, OURS, PEERS, PLAIN_LOOP, REFERENCE
from .regimes import Regime

MEMORY = "gathered in memory, augmented a batch at a time"
SINGLY = "DataLoader, sample by sample, no workers"
PACKAGES = {"huggingface": "transformers", "lightning": "pytorch_lightning"}
PACKAGES |= {"huggingface_detection": "transformers"}
PACKAGES |= {"accelerated": "accelerate"}  # which a module of `contenders` needs


def make(module: str, class_name: str, job: Job, name: str, **options: Any) -> Contender:
    """Import a contender and make it; only now, since its package may be missing."""
    found = getattr(import_module(f".contenders.{module}", __package__), class_name)
    contender: Contender = found(job, name, **options)
    return contender


def maker(module: str, class_name: str, **options: Any) -> Callable[[Job, str], Contender]:
    """Return what makes a contender for a job, by name."""
    return partial(make, module, class_name, **options)


# Trainer stands before accelerate: making one resets the state that the other shares.
ENTRIES = (
    Entry("Trainer", maker("huggingface", "HuggingFace", tuned=False), f"documented; {SINGLY}"),
    Entry(
        "Trainer tuned", maker("huggingface", "HuggingFace", tuned=True), f"tuned; {MEMORY}", True
    ),
    Entry("Lightning", maker("lightning", "Lightning", tuned=False), f"documented; {SINGLY}"),
    Entry("Lightning tuned", maker("lightning", "Lightning", tuned=True), f"tuned; {MEMORY}", True),
    Entry("accelerate", maker("accelerated", "Accelerated", tuned=False), f"documented; {SINGLY}"),
    Entry(
        "accelerate tuned",
        maker("accelerated", "Accelerated", tuned=True),
        f"tuned; {MEMORY}",
        True,
    ),
    Entry(
        PLAIN_LOOP,
        maker("plain", "PlainLoop"),
        "as tutorials write it; DataLoader, sample by sample, 4 workers",
    ),
    Entry(HAND[0], maker("hand", "Hand"), f"written for this job; {MEMORY}", True),
    Entry(
        HAND[1],
        maker("hand", "Hand", channels_last=True),
        "the same, in the other memory format for images",
        True,
    ),
    Entry(
        OURS,
        maker("ours", "Ours"),
        f"`loop.fit` with everything on; {MEMORY}, each sample by its own draws",
    ),
    Entry(AGAIN, maker("ours", "Ours"), "the same once more: what differs is noise"),
)

SAME = "on the project's batches"
DETECTION = (
    Entry("Trainer", maker("huggingface_detection", "DetectionTrainer"), f"tuned; {SAME}"),
    Entry(REFERENCE, maker("reference", "Reference"), f"as its training script is; {SAME}"),
    Entry(OURS, maker("ours", "Ours"), "`loop.fit` with everything on"),
    Entry(AGAIN, maker("ours", "Ours"), "the same once more: what differs is noise"),
)


TEXT_ENTRIES = (
    Entry(
        HAND[0],
        maker("hand_text", "HandText"),
        "in the manner of nanoGPT, with equal features; windows gathered in memory",
        True,
    ),
    Entry(
        LIBRARY,
        maker("hand_text", "WithLibrary"),
        "the same with GPT2LMHeadModel of equal size, without dropout",
        True,
        other_model=True,
    ),
    Entry(OURS, maker("ours", "Ours"), "`loop.fit` with everything on; windows cut in memory"),
    Entry(AGAIN, maker("ours", "Ours"), "the same once more: what differs is noise"),
)


def entries_here(regime: Regime, tuned: bool = False) -> list[Entry]:
    """Return the loops that a regime can measure with the packages that are installed.

    Args:
        regime: Only where there are images is there a memory format to choose.
        tuned: Whether to leave out the peers as they are documented.
    """
    if regime.detects:
        return [x for x in DETECTION if find_package(x)]
    left_out = {*(PEERS if tuned else ()), *(() if regime.images else (HAND[1],))}
    entries = TEXT_ENTRIES if regime.texts else ENTRIES
    return [x for x in entries if x.name not in left_out and find_package(x)]


def find_package(entry: Entry) -> bool:
    """Say whether the package that an entry needs is installed."""
    module = getattr(entry.make, "args", ("",))[0]
    return find_spec(PACKAGES.get(module, "torch")) is not None
