"""Every source of image data, on tiny files that the tests write themselves."""

import gzip
import pickle
import runpy
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from parts.image.config import DataSettings
from parts.image.data import (
    fetch,
    fetch_mnist,
    samples,
    source,
    source_csv,
    source_custom,
    source_torchvision,
    targets,
    targets_multi_label,
    targets_regression,
)
from parts.image.errors import UserError
from PIL import Image
from torchvision import datasets

TABLE = "path,a,b\nx/1.png,1,0\nx/2.png,0,1\nx/3.png,1,1\n"


def settings(path: Path | str, **changes: Any) -> DataSettings:
    return replace(DataSettings(dataset_path=str(path), input_shape=[3, 4, 4]), **changes)


def paint(path: Path, color: Any = "red", mode: str = "RGB", size: int = 4) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, (size, size), color).save(path)
    return path


def read_pixels(path: Path) -> torch.Tensor:
    """Read a file as predictions do."""
    chosen = settings(path.parent)
    return samples.Samples(chosen, Image.open, [str(path)], torch.zeros(1), []).read_pixels(0)


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    """Two classes, and files that are none of them."""
    for name in ("rose/b.PNG", "rose/a.jpg", "iris/c.bmp"):
        paint(tmp_path / "flowers" / name)
    for name in (".cache/x.png", "__MACOSX/x.png", "iris/.d.png"):
        paint(tmp_path / "flowers" / name)
    (tmp_path / "flowers" / "iris" / "notes.txt").write_text("none")
    return tmp_path / "flowers"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three images and two columns."""
    for number in (1, 2, 3):
        paint(tmp_path / f"x/{number}.png")
    (tmp_path / "labels.csv").write_text(TABLE)
    return tmp_path / "labels.csv"


# --- One image ---------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_mode_becomes_the_asked_one(tmp_path: Path, mode: str, channels: int) -> None:
    suffix = "tif" if mode == "CMYK" else "png"
    path = paint(tmp_path / f"image.{suffix}", None, mode)
    assert samples.convert(Image.open(path), channels).mode == samples.MODES[channels]


@pytest.mark.parametrize("suffix", ["png", "tif", "pgm"])
def test_16_bits_are_scaled_not_clipped(tmp_path: Path, suffix: str) -> None:
    path = paint(tmp_path / f"image.{suffix}", 0x8000, "I;16")
    assert samples.convert(Image.open(path), 1).getpixel((0, 0)) == 0x80
    assert samples.convert(Image.open(path), 3).getpixel((0, 0)) == (0x80, 0x80, 0x80)


def test_see_through_becomes_white(tmp_path: Path) -> None:
    path = paint(tmp_path / "image.png", (255, 0, 0, 0), "RGBA")
    assert samples.convert(Image.open(path), 3).getpixel((0, 0)) == (255, 255, 255)
    assert samples.convert(Image.open(path), 1).getpixel((0, 0)) == 255
    assert samples.convert(Image.open(path), 4).getpixel((0, 0)) == (255, 0, 0, 0)


def test_images_stand_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    Image.new("RGB", (8, 4)).save(tmp_path / "image.jpg", exif=exif)
    assert samples.convert(Image.open(tmp_path / "image.jpg"), 3).size == (4, 8)


@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "bmp", "tif", "webp"])
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_half_an_image_is_named(tmp_path: Path, suffix: str, share: float) -> None:
    path = tmp_path / f"image.{suffix}"
    Image.effect_noise((64, 64), 90).convert("RGB").save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(UserError, match=rf"image.{suffix}"):
        read_pixels(path)


def test_floats_channels_and_missing_files_are_refused(tmp_path: Path) -> None:
    path = paint(tmp_path / "image.tif", 0.5, "F")
    with pytest.raises(UserError, match=r"image.tif: pixels are floats"):
        read_pixels(path)
    with pytest.raises(UserError, match=r"gone.png"):
        read_pixels(tmp_path / "gone.png")
    with pytest.raises(ValueError, match=r"data.input_shape \[2, 4, 4\] is not"):
        settings(tmp_path, input_shape=[2, 4, 4])


# --- One folder per class ----------------------------------------------------


def test_folders_are_classes(flowers: Path) -> None:
    found = source.load_samples(settings(flowers))
    assert found.output_names == ["iris", "rose"]
    assert found.names == ["iris/c.bmp", "rose/a.jpg", "rose/b.PNG"]
    assert found.targets.tolist() == [0, 1, 1]
    assert found.targets.dtype == torch.int64
    assert found.read(found.names[0]).getpixel((0, 0)) == (255, 0, 0)
    assert pickle.loads(pickle.dumps(found.read))(found.names[2]).size == (4, 4)


def test_class_names_set_the_order(flowers: Path) -> None:
    found = source.load_samples(settings(flowers, class_names=["rose", "iris"]))
    assert found.output_names == ["rose", "iris"]
    assert found.names[0] == "rose/a.jpg"
    assert found.targets.tolist() == [0, 0, 1]


def test_other_class_names_are_refused(flowers: Path) -> None:
    with pytest.raises(UserError, match=r"data.class_names .*\['iris', 'tulip'\]"):
        source.load_samples(settings(flowers, class_names=["rose", "tulip"]))


def test_an_empty_class_is_counted(flowers: Path) -> None:
    (flowers / "tulip").mkdir()
    with pytest.raises(UserError, match=r"dataset_path: .*iris 1, rose 2, tulip 0"):
        source.load_samples(settings(flowers))


def test_splits_as_folders_are_refused(tmp_path: Path) -> None:
    paint(tmp_path / "train/rose/a.png")
    paint(tmp_path / "test/rose/a.png")
    with pytest.raises(UserError, match=r"test 0, train 0"):
        source.load_samples(settings(tmp_path))


def test_what_is_no_folder_of_classes_is_refused(table: Path) -> None:
    cases = {
        table.parent / "gone": "gone.* is no folder",
        table: "is no folder: this project reads one folder per class",
        table.parent: "two folders of images or more, not: x 3",
        table.parent / "x": "two folders of images or more, not: none",
    }
    for path, message in cases.items():
        with pytest.raises(UserError, match=rf"data.dataset_path: .*{message}"):
            source.load_samples(settings(path))


# --- A CSV file --------------------------------------------------------------


def load_csv(monkeypatch: pytest.MonkeyPatch, kind: Any, chosen: DataSettings) -> samples.Samples:
    """Read a CSV file as a project of another objective would."""
    monkeypatch.setattr(source_csv, "encode_targets", kind.encode_targets)
    return source_csv.load_samples(chosen)


def test_csv_of_classes(monkeypatch: pytest.MonkeyPatch, table: Path) -> None:
    table.write_text("\ufefffile,kind\nx/3.png, rose\n\nx/1.png,iris\n", "utf-8")
    found = load_csv(monkeypatch, targets, settings(table.parent))
    assert found.names == ["x/3.png", "x/1.png"]
    assert found.output_names == ["iris", "rose"]
    assert found.targets.tolist() == [1, 0]
    assert pickle.loads(pickle.dumps(found.read))(found.names[1]).size == (4, 4)


def test_csv_of_flags(monkeypatch: pytest.MonkeyPatch, table: Path) -> None:
    found = load_csv(monkeypatch, targets_multi_label, settings(table))
    assert found.output_names == ["a", "b"]
    assert found.targets.tolist() == [[1, 0], [0, 1], [1, 1]]
    assert found.targets.dtype == torch.float32


def test_csv_of_lists(monkeypatch: pytest.MonkeyPatch, table: Path) -> None:
    table.write_text("n,labels,path\n1,red;round,x/1.png\n2,,x/2.png\n3,red,x/3.png\n")
    chosen = settings(table, target_columns=["labels"])
    found = load_csv(monkeypatch, targets_multi_label, chosen)
    assert found.output_names == ["red", "round"]
    assert found.targets.tolist() == [[1, 1], [0, 0], [1, 0]]


def test_csv_of_numbers(monkeypatch: pytest.MonkeyPatch, table: Path) -> None:
    found = load_csv(monkeypatch, targets_regression, settings(table))
    assert found.output_names == ["a", "b"]
    assert found.targets.tolist() == [[1, 0], [0, 1], [1, 1]]
    one = load_csv(monkeypatch, targets_regression, settings(table, target_columns=["b"]))
    assert one.targets.tolist() == [[0], [1], [1]]
    assert one.targets.is_contiguous()


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        (targets, "path,k\nx/1.png,r\nx/9.png,i\n", "row 3: no image 'x/9.png'"),
        (targets, "path,k\nx/1.png,r\nx/2.png\n", "row 3: not as many cells"),
        (targets, "path,k\nx/1.png,r,1\n", "row 2: not as many cells"),
        (targets, "path,k\nx/1.png,r\nx/1.png,i\n", "row 3: .* stands in .*row 2"),
        (targets, "path,k\nx/1.png,r\nx/2.png,\n", "row 3: the class is missing"),
        (targets, "path,k\nx/1.png,r\n", "data.class_names: two classes"),
        (targets, TABLE, r"data.target_columns: .*\['a', 'b'\]"),
        (targets, "path,k\n", "data.dataset_path: .* needs rows"),
        (targets, "path\nx/1.png\n", "data.dataset_path: .* needs rows"),
        (targets, 'path,k\n"x/1.png,r\n', "data.dataset_path: .* no CSV"),
        (targets, b"path,k\n\xff\xfe,r\n", "data.dataset_path: .* no CSV in UTF-8"),
        (targets, "", "data.dataset_path: .* needs rows"),
        (
            targets_multi_label,
            "path,a,b\nx/1.png,1,2\n",
            "row 2: 'b' is '2', not",
        ),
        (targets_multi_label, "path,a,b\nx/1.png,1,0\n", r"no sample .*\['b'\]"),
        (targets_regression, "path,a\nx/1.png,nan\n", "row 2: 'a' is 'nan'"),
        (targets_regression, "path,a\nx/1.png,1\nx/2.png,\n", "row 3: 'a' is ''"),
    ],
)
def test_bad_tables_are_refused(
    monkeypatch: pytest.MonkeyPatch,
    table: Path,
    kind: Any,
    content: str | bytes,
    message: str,
) -> None:
    table.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(UserError, match=message):
        load_csv(monkeypatch, kind, settings(table))


def test_bad_settings_of_a_table_are_refused(monkeypatch: pytest.MonkeyPatch, table: Path) -> None:
    cases: list[tuple[Any, DataSettings, str]] = [
        (targets, settings(table, target_columns=["z"]), "data.target_columns: .*'z'"),
        (targets, settings(table.parent / "x"), "data.dataset_path: .* CSV file"),
        (targets, settings(table.parent / "gone"), "data.dataset_path: .* not exist"),
        (targets, settings(table.parent / "x/1.png"), "data.dataset_path: .* CSV file"),
        (
            targets,
            settings(table, target_columns=["a"], class_names=["0", "2"]),
            "row 2: '1' is not a class of data.class_names",
        ),
        (
            targets_multi_label,
            settings(table, class_names=["a", "c"]),
            r"row 3: \['b'\] are not in data.class_names",
        ),
    ]
    for kind, chosen, message in cases:
        with pytest.raises(UserError, match=message):
            load_csv(monkeypatch, kind, chosen)


# --- torchvision -------------------------------------------------------------


def write_mnist(folder: Path, count: int = 6) -> None:
    """Write the raw files of MNIST, as torchvision would download them."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for part in ("train", "t10k"):
        pixels = struct.pack(">4i", 2051, count, 28, 28) + bytes(count * 28 * 28)
        labels = struct.pack(">2i", 2049, count) + bytes(range(count))
        for name, content in (("images-idx3", pixels), ("labels-idx1", labels)):
            (raw / f"{part}-{name}-ubyte").write_bytes(content)
            (raw / f"{part}-{name}-ubyte.gz").write_bytes(gzip.compress(content))


def test_torchvision_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_torchvision, "FOLDER", tmp_path)
    write_mnist(tmp_path)
    found = source_torchvision.load_samples(settings("MNIST"))
    assert found.targets.tolist() == [0, 1, 2, 3, 4, 5]
    assert found.targets.dtype == torch.int64
    assert found.output_names[0] == "0 - zero"
    assert len(found.output_names) == 10
    assert found.names[5] == "MNIST/5"
    assert pickle.loads(pickle.dumps(found.read))(found.names[0]).size == (28, 28)
    with pytest.raises(UserError, match=r"data.class_names: 6 names"):
        source_torchvision.load_samples(settings("MNIST", class_names=["a", "b"]))


def test_torchvision_without_a_list_of_targets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = datasets.FakeData(size=20, image_size=(3, 8, 8), num_classes=4)
    monkeypatch.setattr(datasets, "FakeData", lambda root: small)
    found = source_torchvision.load_samples(settings("FakeData"))
    assert len(found.names) == 20
    assert found.output_names == [str(number) for number in range(len(found.output_names))]
    assert found.read(found.names[19]).size == (8, 8)


def test_torchvision_out_of_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(root: Path, train: bool, download: bool) -> None:
        raise RuntimeError("Error downloading train-images-idx3-ubyte.gz")

    monkeypatch.setattr(datasets, "MNIST", offline)
    with pytest.raises(UserError, match=r"dataset_path: .*MNIST.* needs a network"):
        source_torchvision.load_samples(settings("MNIST"))
    for name in ("Mnist", "folder", "data/flowers"):
        with pytest.raises(UserError, match=rf"data.dataset_path: .*'{name}'"):
            source_torchvision.load_samples(settings(name))


# --- Hugging Face ------------------------------------------------------------


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The source for Hugging Face, with its caches in a temporary folder."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from parts.image.data import source_huggingface

    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    return source_huggingface


def save_hub(folder: Path, column: Any, values: list[Any], *, parts: bool) -> Path:
    import datasets

    features = datasets.Features({"picture": datasets.Image(), "answer": column})
    pictures = [Image.new("RGBA", (4, 4), "blue") for _ in values]
    rows = {"picture": pictures, "answer": values}
    saved = datasets.Dataset.from_dict(rows, features)
    (datasets.DatasetDict(train=saved) if parts else saved).save_to_disk(folder)
    return folder


@pytest.mark.parametrize("parts", [True, False])
def test_hub_of_classes(hub: Any, tmp_path: Path, parts: bool) -> None:
    from datasets import ClassLabel

    kind = ClassLabel(names=["rose", "iris"])
    folder = save_hub(tmp_path / "saved", kind, [0, 1, 0], parts=parts)
    found = hub.load_samples(settings(folder))
    assert found.output_names == ["iris", "rose"]
    assert found.targets.tolist() == [1, 0, 1]
    assert pickle.loads(pickle.dumps(found.read))(found.names[2]).getpixel((0, 0)) == (
        0,
        0,
        255,
        255,
    )
    assert len(set(found.names)) == 3


def test_hub_of_lists_and_numbers(
    hub: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datasets import ClassLabel, List, Value

    folder = save_hub(
        tmp_path / "lists",
        List(ClassLabel(names=["red", "round"])),
        [[0, 1], [], [1]],
        parts=True,
    )
    monkeypatch.setattr(hub, "encode_targets", targets_multi_label.encode_targets)
    found = hub.load_samples(settings(folder))
    assert found.targets.tolist() == [[1, 1], [0, 0], [0, 1]]

    folder = save_hub(tmp_path / "numbers", Value("float32"), [0.5, 2.0], parts=True)
    monkeypatch.setattr(hub, "encode_targets", targets_regression.encode_targets)
    found = hub.load_samples(settings(folder))
    assert found.targets.tolist() == [[0.5], [2.0]]
    assert found.output_names == ["answer"]


def test_hub_folder_of_images(hub: Any, flowers: Path) -> None:
    for name in (".cache", "__MACOSX", "iris/.d.png", "iris/notes.txt"):
        (flowers / name).rename(flowers.parent / Path(name).name)
    found = hub.load_samples(settings(flowers))
    assert found.output_names == ["iris", "rose"]
    assert sorted(found.targets.tolist()) == [0, 1, 1]


def test_hub_refusals(hub: Any, tmp_path: Path) -> None:
    from datasets import ClassLabel, Value

    kind = ClassLabel(names=["rose", "iris"])
    folder = save_hub(tmp_path / "saved", kind, [0, None, 1], parts=True)
    with pytest.raises(UserError, match=r"saved/1: the class is missing"):
        hub.load_samples(settings(folder))
    with pytest.raises(UserError, match=r"data.target_columns: .*\['answer'\]"):
        hub.load_samples(settings(folder, target_columns=["picture"]))
    folder = save_hub(tmp_path / "text", Value("string"), ["a", "b"], parts=True)
    with pytest.raises(UserError, match=r"data.target_columns: .*\['answer'\]"):
        hub.load_samples(settings(folder))
    with pytest.raises(UserError, match=r"data.dataset_path: .* needs a network"):
        hub.load_samples(settings("nobody/nothing-at-all"))


# --- Your own, and the bundled sets ------------------------------------------


@pytest.mark.parametrize(
    ("kind", "columns", "names"),
    [
        (targets, ["shape"], ["disc", "square"]),
        (targets_multi_label, ["round", "large"], ["round", "large"]),
        (targets_regression, ["size"], ["size"]),
    ],
)
def test_the_example_of_custom_works(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: Any,
    columns: list[str],
    names: list[str],
) -> None:
    monkeypatch.setattr(source_custom, "encode_targets", kind.encode_targets)
    chosen = settings(tmp_path, target_columns=columns)
    found = source_custom.load_samples(chosen)
    assert found.output_names == names
    assert len(found.names) == len(set(found.names)) == len(found.targets) == 240
    first, again = (
        read(found.names[0]) for read in (found.read, pickle.loads(pickle.dumps(found.read)))
    )
    assert first.tobytes() == again.tobytes() != found.read(found.names[1]).tobytes()


def test_what_custom_gets_wrong_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: dict[str, dict[str, str]] = {}
    monkeypatch.setattr(source_custom, "find_rows", lambda _: rows)
    with pytest.raises(UserError, match=r"dataset_path: .*custom.py finds nothing"):
        source_custom.load_samples(settings(tmp_path))
    rows |= {"a": {"k": "x"}, "b": {"z": "y"}}
    with pytest.raises(UserError, match=r"custom.py: b has columns"):
        source_custom.load_samples(settings(tmp_path))
    rows |= {"b": {"k": "y"}}
    with pytest.raises(UserError, match=r"data.target_columns"):
        source_custom.load_samples(settings(tmp_path, target_columns=["z"]))
    monkeypatch.setattr(source_custom, "read_image", lambda root, _: root.read_bytes())
    found = source_custom.load_samples(settings(tmp_path))
    with pytest.raises(UserError, match=r"image a: .*directory"):
        found.read_pixels(0)


@pytest.mark.parametrize(("module", "count", "size"), [(fetch, 1797, 8), (fetch_mnist, 5000, 28)])
def test_bundled_sets_are_written_once(tmp_path: Path, module: Any, count: int, size: int) -> None:
    folder = tmp_path / "data" / "set"
    module.fetch(folder)
    found = source.load_samples(settings(folder))
    assert len(found.names) == count
    assert found.output_names == [str(digit) for digit in range(10)]
    assert found.read(found.names[0]).size == (size, size)
    assert [entry.name for entry in folder.parent.iterdir()] == ["set"]  # no draft stays
    (folder / "0" / "mine.txt").write_text("kept")
    module.fetch(folder)
    assert (folder / "0" / "mine.txt").exists()


def test_fetch_is_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_module(fetch.__name__, run_name="__main__")
    assert str(fetch.FOLDER) in capsys.readouterr().out
    assert len(list(fetch.FOLDER.rglob("*.png"))) == 1797
