"""Type-check stacks of layers where they stand: `nox -s layers` calls it.

Each stack is a program: the layers of one kind of project with every feature. Together the
stacks hold every layer. The layers form one package `pkg`, a namespace, on MYPYPATH.
"""

import os
import subprocess
import sys
from collections.abc import Iterator

from mldl.advice import complete
from mldl.catalog import ROWS
from mldl.catalog.stack import all_layers
from mldl.context import derive
from mldl.layers import LAYERS, files_of
from mldl.options import augmentations

from . import ROOT
from .cells import cells

EVERYTHING = {
    "distributed": True,
    "ema": True,
    "lora": True,
    "wandb_enabled": True,
    "tensorboard_enabled": True,
    "engine_tests": True,
    "optimizer": "lion",
    "slurm": True,
    "kubernetes": True,
    "docker": True,
}
PUBLISHED, LORA = "models/text/published", "models/text/lora"


def stacks() -> dict[str, tuple[str, ...]]:
    """Return the layers of projects from the bottom up, by a name; all layers with code occur."""
    open_layers = {name for name, files in files_of(all_layers(ROWS)).items() if python(files)}
    found = {}
    for cell in cells():
        answers = {"folder_name": "cell", **cell.answers, **EVERYTHING}
        answers["augmentation"] = list(augmentations(complete(answers)))
        layers = derive(complete(answers))["layer_names"]
        if any(each.startswith(PUBLISHED) for each in layers):
            layers = (*layers, LORA)  # an answer for pretrained models alone
        if open_layers & {*layers}:
            open_layers -= {*layers}
            found[cell.name] = layers
    return found


def python(files: list[str]) -> bool:
    """Say whether Python is among the files of a layer."""
    return any(name.startswith("pkg/") and name.endswith(".py") for name in files)


def modules(layers: tuple[str, ...]) -> Iterator[str]:
    """Yield the names of the modules of a stack."""
    held = files_of(all_layers(ROWS))
    found = {name for layer in layers for name in held[layer]}
    for name in sorted(found):
        if name.startswith("pkg/") and name.endswith(".py") and "__init__" not in name:
            yield name.removesuffix(".py").replace("/", ".")


def main() -> int:
    """Return 1 if the types of a stack are wrong."""
    failed = 0
    for name, layers in stacks().items():
        upper = [layer for layer in reversed(layers) if not layer.startswith("packages")]
        path = os.pathsep.join(str(ROOT / LAYERS / layer) for layer in upper)
        options = ["--namespace-packages", "--explicit-package-bases"]
        command = [sys.executable, "-m", "mypy", *options]
        command += [word for module in modules(layers) for word in ("-m", module)]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "MYPYPATH": path}, capture_output=True, text=True
        )
        print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name}: {len(layers)} layers")
        if done.returncode:
            failed += 1
            print(done.stdout + done.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
