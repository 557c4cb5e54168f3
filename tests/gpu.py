"""What needs a CUDA device: projects' own `-m gpu` tests, and a short training.

`nox -s gpu` calls it. It also runs by itself, with whatever Python and torch are there:

    python3 tests/gpu.py                  makes the projects, which needs Copier
    python3 tests/gpu.py FOLDER...        uses projects that were made elsewhere
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
PROJECTS = {
    "digits-resnet": {},
    "digits-vit": {"architecture": "vit", "ema": True},
    "digits-custom": {"architecture": "custom", "augmentation": ["mixup", "random_crop"]},
    "iris": {"modality": "table"},
    "diabetes": {"task": "regression"},
}
TRAIN = ("train.py", "--overwrite", "--training.device", "cuda", "--config")
LARGE = {  # of digits-resnet: ResNet-50 at 224, in 16 bits and compiled, to see what the GPU gives
    "data.input_shape": "[3,224,224]",
    "model.backbone": "resnet50",
    "training.batch_size": "128",
    "training.num_epochs": "8",
    "training.compile": "true",
    "experiment.checkpoint_dir": "large",
}


def main() -> int:
    """Return 1 if a project fails, 2 if nothing can be run here."""
    import torch

    print(f"Python {sys.version.split()[0]}, torch {torch.__version__}", flush=True)
    if not torch.cuda.is_available():
        print("torch sees no CUDA device: install a CUDA build of torch on a machine with one")
        return 2
    print(torch.cuda.get_device_name(), flush=True)
    with TemporaryDirectory() as folder:
        projects = [Path(name).resolve() for name in sys.argv[1:]] or make(Path(folder))
        failed = [project.name for project in projects if not works(project)]
    print(f"{len(projects) - len(failed)} passed, {len(failed)} failed", *failed)
    return 1 if failed or not projects else 0


def make(folder: Path) -> list[Path]:
    """Make the projects."""
    if importlib.util.find_spec("copier") is None:
        print("Copier is not installed: make projects elsewhere and name their folders")
        return []
    sys.path.insert(0, str(ROOT))
    from tools.render import renderer

    with renderer() as render:
        return [render(folder / name, **answers) for name, answers in PROJECTS.items()]


def works(project: Path) -> bool:
    """Train for a moment on the device, then run the tests that need one."""
    print(f"\n== {project.name}", flush=True)
    env = {**os.environ, "HF_HUB_OFFLINE": "1"}
    trainings = [[*TRAIN, "configs/smoke.yaml"]]
    if project.name == "digits-resnet":
        words = [word for name, value in LARGE.items() for word in (f"--{name}", value)]
        trainings.append([*TRAIN, "configs/config.yaml", *words])
    codes = [
        subprocess.run([sys.executable, *x], cwd=project, env=env).returncode for x in trainings
    ]
    for log in sorted(project.rglob("metrics.jsonl")):
        print(f"{log.parent.name}: {speed(log)}")
    tests = subprocess.run([sys.executable, "-m", "pytest", "-m", "gpu"], cwd=project, env=env)
    print(f"trainings: exit {codes}; tests: exit {tests.returncode}")
    return not any(codes) and tests.returncode in (0, 5)  # 5: it has no such test


def speed(log: Path) -> str:
    """Return how fast a training was at its last log point."""
    found = [json.loads(line) for line in log.open() if "perf/" in line]
    figures = found[-1].items() if found else []
    return ", ".join(f"{name} {x:.4g}" for name, x in figures if name.startswith("perf/"))


if __name__ == "__main__":
    sys.exit(main())
