"""No output ends a script, and nothing that only draws, logs or counts ends a training."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from short_runs import last

from pkg import training
from pkg.config import Config
from pkg.engine import callbacks, errors, perf, tracking
from pkg.task.metrics import Metrics
from pkg.training import train

Start = Callable[..., Config]
PACKAGE = errors.__name__.split(".")[0]
ROOT = str(Path(errors.__file__).parents[2])


def python(code: str, **env: str) -> "subprocess.Popen[bytes]":
    """Start Python with some code of ours."""
    return subprocess.Popen(
        [sys.executable, "-c", f"from {PACKAGE}.engine.errors import run\n{code}"],
        env={**os.environ, "PYTHONPATH": ROOT, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_case_20_a_closed_pipe_is_quiet_and_the_work_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "done"
    code = "def main():\n    for number in range(20000):\n        print('line', number)\n"
    code += f"    open({str(file)!r}, 'w').write('done')\nrun(main)"
    process = python(code)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"line 0\n"
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 0
    assert file.read_text() == "done"


def test_case_18_names_that_are_not_utf_8_are_shown_with_escapes() -> None:
    code = "run(lambda: print('caf\\udce9', '\\u03b1'))"
    process = python(code, PYTHONIOENCODING="ascii:strict")
    out, error = process.communicate()
    assert (process.returncode, error) == (0, b"")
    assert out == b"caf\\udce9 \\u03b1\n"


class Broken(tracking.Sink):
    """A place for metrics that fails at everything."""

    def log(self, metrics: dict[str, float], step: int) -> None:
        raise ValueError("no log")

    def end_epoch(self, model: Any, epoch: int) -> None:
        raise RuntimeError("no plot")

    def flush(self) -> None:
        raise KeyError("no flush")

    def files(self) -> list[Path]:
        return []


def test_case_18_a_sink_that_fails_at_everything_ends_nothing(
    make_config: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = make_config("whole")
    train(config, resume=False, overwrite=False)
    opened = tracking.open_sinks
    monkeypatch.setattr(training, "open_sinks", lambda *x: [*opened(*x), Broken()])
    capsys.readouterr()
    broken = make_config("broken")
    train(broken, resume=False, overwrite=False)
    printed = capsys.readouterr().out
    for reason in ("ValueError: no log", "RuntimeError: no plot", "KeyError: 'no flush'"):
        assert printed.count(f"warning: Broken: {reason}") == 1, printed
    weights = [last(x)["model_state_dict"] for x in (config, broken)]
    assert all((weights[0][name] == weights[1][name]).all() for name in weights[0])


def fail(*_: Any, **__: Any) -> Any:
    """Fail as a library does."""
    raise RuntimeError("planted")


PLACES = [
    (perf.Meter, "read", "perf metrics"),
    (Metrics, "compute", "metrics of the training split"),
]


@pytest.mark.parametrize(("owner", "name", "what"), PLACES, ids=lambda x: str(x))
def test_what_only_counts_ends_nothing(
    make_config: Start,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    owner: Any,
    name: str,
    what: str,
) -> None:
    original = getattr(owner, name)

    def planted(self: Any) -> Any:
        """Fail while training, and not in validation, which decides."""
        inside = sys._getframe(1).f_code.co_name
        return original(self) if inside == "evaluate" else fail()

    monkeypatch.setattr(owner, name, planted)
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    assert capsys.readouterr().out.count(f"warning: {what}: RuntimeError: planted") == 1
    assert last(config)["epoch"] == 2


@pytest.mark.parametrize("name", ["step", "stop"])
def test_a_trace_that_fails_ends_nothing(
    make_config: Start, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    class Trace:
        """A profiler that fails."""

        step = stop = lambda self: fail()

    monkeypatch.setattr(callbacks, "start_trace", lambda *_: Trace())
    config = make_config("run", profile_updates=1)
    train(config, resume=False, overwrite=False)
    assert last(config)["epoch"] == 2


def test_case_21_a_warm_up_that_never_ends_is_named(
    make_config: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    train(make_config("run", warmup_epochs=5.0), resume=False, overwrite=False)
    said = "warning: training.warmup_epochs is 5.0, training.num_epochs is 2"
    assert said in capsys.readouterr().out
    train(make_config("other", warmup_epochs=1.5), resume=False, overwrite=False)
    assert "warmup_epochs" not in capsys.readouterr().out
