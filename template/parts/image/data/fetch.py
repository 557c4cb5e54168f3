"""The digits that scikit-learn carries, as the files that you would have yourself.

python -m <package>.data.fetch
"""

import tempfile
from pathlib import Path

from PIL import Image
from sklearn.datasets import load_digits

FOLDER = Path("data/digits")


def fetch(folder: Path = FOLDER) -> None:
    """Write 1,797 images, 8 by 8, one folder per class, unless `folder` exists."""
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    digits = load_digits()
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetch-") as temporary:
        draft = Path(temporary) / folder.name  # moved when complete, so never half there
        for name in digits.target_names:
            (draft / str(name)).mkdir(parents=True)
        pixels = (digits.images * (255 / 16)).round().astype("uint8")
        for number, (image, label) in enumerate(zip(pixels, digits.target, strict=True)):
            Image.fromarray(image).save(draft / str(label) / f"{number:04}.png")
        draft.rename(folder)
    print(f"the digits are in {folder}")


if __name__ == "__main__":
    fetch()
