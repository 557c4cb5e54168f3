"""Whatever a request holds, it is accepted or refused with reasons: it never ends otherwise."""

import json
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from mldl.advice import complete
from mldl.answers import accept
from mldl.catalog import choices
from mldl.context import derive
from mldl.fields import FIELDS, OTHER_FIELDS
from mldl.problems import Rejected

from .support import build

POINTERS = sorted({*(each.pointer for each in FIELDS.values() if each.pointer), *OTHER_FIELDS})
TASK = "/ml_task/type"
TABLES = [each for name, each in vars(choices).items() if name.isupper()]
WORDS = sorted({word for each in TABLES for word in each if isinstance(word, str)})
NAMES = st.sampled_from([*WORDS, "iris", "../up", "a/b"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | NAMES
LISTS = st.lists(st.integers(-1, 512) | NAMES, max_size=5)
DEEP = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
SENSIBLE = st.integers(0, 300) | st.floats(0, 1) | NAMES | LISTS | st.booleans()
HOSTILE = st.dictionaries(st.sampled_from([*POINTERS, "/x", "/ml_task/y"]), DEEP, max_size=6)
LIKELY = st.dictionaries(st.sampled_from(POINTERS), SENSIBLE, max_size=3)
FEW = settings(max_examples=200, derandomize=True, deadline=None, database=None)


def judge(request: Any) -> None:
    """Accept a request and work out what follows, or refuse it in lines that can be printed."""
    problems = None
    try:
        answers = accept({"request": json.dumps(request)}, {}, "folder")
    except Rejected as rejected:
        problems = rejected.problems
    event("accepted" if problems is None else "refused")
    if problems is None:
        assert derive(complete({"folder_name": "folder", **answers}))["row"]
    else:
        assert problems
        assert all(problem.line().isprintable() for problem in problems)


@FEW
@given(DEEP)
def test_any_json_is_accepted_or_refused(request_: Any) -> None:
    judge(request_)


@FEW
@given(HOSTILE)
def test_any_values_in_the_places_of_a_request(values: dict[str, Any]) -> None:
    judge(build(TASK, "classification", **{k: v for k, v in values.items() if k != TASK}))


@FEW
@given(st.sampled_from(sorted(choices.TASKS)), LIKELY)
def test_values_that_may_well_be_right(task: str, values: dict[str, Any]) -> None:
    judge(build(TASK, task, **{k: v for k, v in values.items() if k != TASK}))
