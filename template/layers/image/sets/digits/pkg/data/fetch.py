"""The digits that scikit-learn carries, as the files that you would have yourself.

Training calls `obtain`; so does `python -m pkg.data.fetch`.
"""

from pathlib import Path

from PIL import Image

from .settings import DataSettings

FOLDER = Path("data/digits")


def obtain(settings: DataSettings) -> DataSettings:
    """Write the images if `data.dataset_path` is `FOLDER`; any other folder is your own."""
    if Path(settings.dataset_path) == FOLDER:
        write(FOLDER)
    return settings


def write(folder: Path) -> None:
    """Write 1,797 images, 8 by 8, in one folder per class, unless `folder` exists."""
    if folder.exists():
        return
    from sklearn.datasets import load_digits  # takes its time

    digits, draft = load_digits(), folder.with_name(f".{folder.name}")
    pixels = (digits.images * (255 / 16)).round().astype("uint8")  # [1797, 8, 8]
    for number, (image, label) in enumerate(zip(pixels, digits.target, strict=True)):
        file = draft / str(label) / f"{number:04}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(file)
    draft.rename(folder)  # so that it is never half there
    print(f"the digits are in {folder}")


if __name__ == "__main__":
    write(FOLDER)
