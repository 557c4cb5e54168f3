"""What the outputs for one image say, in plain numbers and as a mask of the size of its file."""

import base64
import io
import os
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

import numpy as np
from PIL import Image

from ..data.info import DataInfo
from ..data.settings import DataSettings
from ..data.sizing import fit
from ..engine.errors import UserError
from ..masks import VOID, Segmentation, colours
from ..records import Record, as_csv, write, write_csv, write_lines

NO_COLUMNS = ("mask",)  # too long for a cell


def answer(outputs: Segmentation, info: DataInfo) -> dict[str, Any]:
    """Return which part of an image is of each class, and its mask as a PNG in base64.

    The classes of `outputs` are [H, W], its size is [2].
    """
    settings = DataSettings(input_shape=info.input_shape)
    wide, high = outputs.sizes.tolist()
    width, height = fit(wide, high, settings)
    classes = outputs.classes[:height, :width].numpy()  # the rest is filling
    if (classes == VOID).any():
        return {"error": "the outputs of the model are not finite"}
    names = info.output_names
    parts = np.bincount(classes.ravel(), minlength=len(names)) / classes.size
    shares = {f"share_{name}": part for name, part in zip(names, parts.tolist(), strict=True)}
    return shares | {"mask": as_png(classes, wide, high)}


def as_png(classes: Any, width: int, height: int) -> str:
    """Return a mask uint8 [H, W] at this width and height as PNG, in base64.

    The value of a pixel is the number of its class; the palette has a colour for each.
    """
    mask = Image.fromarray(classes).resize((width, height), Image.Resampling.NEAREST)
    mask.putpalette([part for colour in colours(VOID + 1) for part in colour])
    mask.save(content := io.BytesIO(), "PNG")
    return base64.b64encode(content.getvalue()).decode()


def write_shares(records: Sequence[Record], path: Path, info: DataInfo) -> None:
    """Write a row of CSV for each record, without its mask."""
    kept = [{key: x for key, x in record.items() if key not in NO_COLUMNS} for record in records]
    write_csv(kept, path, info)


def write_masks(records: Sequence[Record], folder: Path, info: DataInfo) -> None:
    """Write the mask of each record as a PNG that is called as its image, and what classes mean.

    Raises:
        UserError: the folder cannot be made, or a file cannot be written.
    """
    names = name_masks([record["input"] for record in records])
    for record, name in zip(records, names, strict=True):
        if "mask" in record:
            make_folder((folder / name).parent)
            write(folder / name, base64.b64decode(record["mask"]))
    rows = zip(info.output_names, colours(len(info.output_names)), strict=True)
    legend = [
        {"value": k, "class": name, "colour": "#{:02x}{:02x}{:02x}".format(*colour)}
        for k, (name, colour) in enumerate(rows)
    ]
    make_folder(folder)
    write(folder / "classes.csv", as_csv(legend).encode(errors="surrogateescape"))


def name_masks(inputs: Sequence[str]) -> list[str]:
    """Return the path of the mask of each input, below the folder that all have in common.

    Images of one name and other suffixes keep those: a.jpg.png and a.png.png.
    """
    paths = [os.path.abspath(name) for name in inputs]
    top = os.path.commonpath([os.path.dirname(path) for path in paths]) if paths else ""
    below = [PurePath(os.path.relpath(path, top)) for path in paths]
    stems = [str(path.with_suffix("")) for path in below]
    return [
        f"{path if stems.count(stem) > 1 else stem}.png"
        for path, stem in zip(below, stems, strict=True)
    ]


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it.

    Raises:
        UserError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder} cannot be made: {error.strerror or error}") from None


FORMATS = {".csv": write_shares, ".jsonl": write_lines, "": write_masks}  # "": a folder
