"""What is run on a GPU, run here to see that it does, and on what it prints."""

import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from benchmarks.gpu import pack, run, sources
from benchmarks.gpu.cases import CASES, HAND, OURS, PHOTOS, SIDE
from benchmarks.gpu.photos import HEIGHT, WIDTH, make_photos
from benchmarks.job import Job, make_job
from benchmarks.summary import Row, costly, show
from benchmarks.traces import bound_by, trace
from tools.render import Render

TRACE = {
    "kernels": 812.0,
    "kernel_seconds": 0.03,
    "costly": [{"operation": "aten::mm", "milliseconds": 9.0, "calls": 4.0, "share": 0.3}],
}


@pytest.fixture(scope="module")
def photos(make: Render, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("projects") / "photos"
    make(folder, task="classification", project_name="photos", **PHOTOS.answers)
    make_photos(folder / "data/photos", folder / "data/shrunk", SIDE, run.FEW_PHOTOS)
    return folder


def test_a_group_is_measured_in_a_process_of_its_own(photos: Path) -> None:
    streamed = next(case for case in CASES if case.streamed)
    found, problem = run.run_group([CASES[0], streamed], photos, 240, small=True)
    assert problem == ""
    assert len(found) == 4
    for one in found.values():
        assert len(one["seconds"]) == 1
        assert 0 < one["first_step"] < one["first_epoch"]
        assert one["setup"] > 0
        assert one["batch_size"] == 8
        assert (one["workers"] is not None) == (one["case"] == streamed.name)
    text = run.report(found, ["mlp: hand (time)"])
    assert "waits" in text
    assert "left out: mlp: hand (time)" in text


def test_a_process_that_takes_too_long_is_ended(photos: Path) -> None:
    assert run.run_group([CASES[0]], photos, 0.2, small=True) == ({}, "time")


def test_without_time_everything_is_left_out_and_named(photos: Path) -> None:
    found, left_out = run.measure(photos.parent, time.monotonic(), small=True)
    assert not found
    assert "cnn: project (time)" in left_out
    assert "resnet50 compiled (takes minutes)" in left_out


def test_the_table_says_what_bounds_a_loop() -> None:
    one = {
        **{"steps": 40, "batch_size": 128, "threads": 1, "seconds": [1.3], "wait": [0.0]},
        **{"workers": None, "graphs": 1, "setup": 9.0, "first_step": 2.3, "first_epoch": 5.0},
        **{"memory_gb": 11.5, "trace": TRACE, "waits": {"a_step": 0.2, "places": {"run.py:3": 2}}},
    }
    found: dict[str, dict[str, Any]] = {
        "resnet50: hand": {**one, "case": "resnet50", "loop": HAND},
        "resnet50: project": {**one, "case": "resnet50", "loop": OURS, "seconds": [2.6]},
    }
    hand, ours = run.rows(found)
    assert hand.bound == "device"
    assert ours.bound == "host"
    assert ours.of_hand == pytest.approx(0.5)
    assert "run.py:3 x2" in run.report(found, [])
    assert "aten::mm" in run.name_costly(found)


def test_bounds() -> None:
    assert bound_by(1.0, 0.9, 0.0) == "device"
    assert bound_by(1.0, 0.5, 0.0) == "host"
    assert bound_by(1.0, 0.9, 0.3) == "data"


def test_a_table_shows_what_is_not_known_as_such() -> None:
    text = show([Row("mlp", "hand", 1234.5, None, None, None, None, None, None)], "from now")
    assert "1,234" in text
    assert text.splitlines()[1].count("-") == 6
    assert costly({"mlp": TRACE})[1].endswith("aten::mm")


def job_of(photos: Path, folder: Path) -> Job:
    """Return a job on the photographs."""
    settings = {**PHOTOS.settings, "data.input_shape": "[3,32,32]", "model.backbone": "resnet18"}
    return make_job(PHOTOS._replace(settings=settings), photos, False, folder)


def test_the_whole_image_is_normalized_or_mirrored(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "AREA", (1.0, 1.0))
    monkeypatch.setattr(sources, "ASPECT", (1.0, 1.0 + 1e-9))
    crops = sources.Crops(job_of(photos, tmp_path))
    images = torch.randint(0, 256, (16, 3, 32, 32), dtype=torch.uint8)
    plain = (images.float() - crops.mean) * crops.factor
    found = crops(images)
    off = [
        [(each - x).abs().max() for x in (one, one.flip(-1))]
        for each, one in zip(found, plain, strict=True)
    ]
    assert max(min(each) for each in off) < 1e-3
    assert 0 < sum(float(direct) < 1e-3 for direct, _ in off) < len(images)


def test_a_trace_without_a_gpu_has_no_kernels(photos: Path, tmp_path: Path) -> None:
    job = job_of(photos, tmp_path)

    class Multiply:
        def run(self, number: int) -> None:
            torch.ones(2, 2) @ torch.ones(2, 2)

    found = trace(job, Multiply(), 0)  # type: ignore[arg-type]
    assert found["kernels"] == 0
    assert any(each["operation"] == "aten::mm" for each in found["costly"])


def test_photographs_are_as_a_camera_makes_them(photos: Path) -> None:
    files = sorted((photos / "data/photos").rglob("*.jpg"))
    assert len(files) == run.FEW_PHOTOS
    assert {Image.open(file).size for file in files} == {(WIDTH, HEIGHT)}
    shrunk = sorted((photos / "data/shrunk").rglob("*.jpg"))
    assert [file.name for file in shrunk] == [file.name for file in files]
    assert {Image.open(file).size for file in shrunk} == {(SIDE, SIDE)}
    assert 20_000 < sum(file.stat().st_size for file in files) / len(files) < 120_000


def test_a_pack_brings_projects_and_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, place = tmp_path / "pack", tmp_path / "place"
    (folder / "wheels").mkdir(parents=True)
    place.mkdir()
    (tmp_path / "mlp.txt").write_text("a project")
    with tarfile.open(folder / pack.PROJECTS, "w:gz") as archive:
        archive.add(tmp_path / "mlp.txt", "projects/mlp.txt")
    for name in ("torch", "brought_along"):
        with zipfile.ZipFile(folder / f"wheels/{name}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}.py", "HERE = True")
    monkeypatch.setattr(sys, "path", [*sys.path])
    projects = pack.unpack(folder, place)
    assert [file.name for file in projects.iterdir()] == ["mlp.txt"]
    assert [file.name for file in (place / "site").iterdir()] == ["brought_along.py"]
    assert __import__("brought_along").HERE


def test_the_script_says_how_it_is_used_and_what_it_lacks() -> None:
    script = Path(__file__).parents[1] / "gpu.py"
    done = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True)
    assert "--pack" in done.stdout
    if not torch.cuda.is_available():
        done = subprocess.run([sys.executable, script], capture_output=True, text=True)
        assert done.returncode == 2
        assert "no CUDA device" in done.stdout
