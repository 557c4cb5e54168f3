"""Conditions from public reports about images; the numbers are those of the list of cases."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from image_files import FOLDERS, paint, samples, settings
from PIL import Image
from stacks import images

UserError, CPU = FOLDERS.UserError, torch.device("cpu")
pixels, schema = FOLDERS.load("data.pixels"), FOLDERS.load("data.schema")
dataloader = FOLDERS.load("data.dataloader")
KINDS = {
    "I;16": ("<u2", "tif"),
    "I;16B": (">u2", "tif"),
    "I": ("<i4", "tif"),
    "png": ("<u2", "png"),
}


def write_wide(path: Path, values: Any, kind: str) -> None:
    """Save grey values of 16 or 32 bits."""
    dtype, _ = KINDS[kind]
    path.parent.mkdir(parents=True, exist_ok=True)
    height, width = np.shape(values)
    mode = "I;16" if kind == "png" else kind
    Image.frombytes(mode, (width, height), np.asarray(values).astype(dtype).tobytes()).save(path)


def wide_set(folder: Path, kind: str, low: int, high: int, count: int = 20) -> Path:
    """Save images of two classes whose values go from `low` to `high` as ramps of 256 steps."""
    ramp = np.linspace(low, high, 256).round().reshape(16, 16)
    for number in range(count):
        name = f"{'ab'[number % 2]}/{number}.{KINDS[kind][1]}"
        write_wide(folder / name, ramp if number % 2 else ramp[::-1], kind)
    return folder


def load(folder: Path, **changes: Any) -> Any:
    """Return the loaders of a folder of classes."""
    options = {"input_shape": [1, 16, 16], "num_workers": 0} | changes
    manifest = folder.parent / "run/splits.csv"
    manifest.parent.mkdir(exist_ok=True)
    chosen = settings(folder, **options)
    return dataloader.get_dataloaders(chosen, batch_size=4, seed=0, device=CPU, manifest=manifest)


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("high", [255, 900, 4095, 65535])
def test_case_09_wide_pixels_have_one_scale_by_their_range(
    tmp_path: Path, kind: str, high: int, in_memory: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    train, _, _ = load(wide_set(tmp_path / "scans", kind, 0, high), in_memory=in_memory)
    [batch] = train.source.read([train.ids[:1]])
    assert batch.inputs.min() == 0
    assert batch.inputs.max() == 255
    assert len(batch.inputs.unique()) > 200, "few levels of grey are left"
    said = capsys.readouterr().out
    bits = 32 if kind == "I" else 16
    assert f"pixels have {bits} bits: 0 becomes black, {high} white (data.pixel_range)" in said
    assert train.info.schema["pixel_range"] == [0, high]
    kept = json.loads((tmp_path / "run/schema.json").read_text())
    assert kept == train.info.schema


def test_case_09_values_may_be_negative_or_far_from_0(tmp_path: Path) -> None:
    for low, high in ((-1024, 3071), (100_000, 101_000)):
        train, _, _ = load(wide_set(tmp_path / f"{low}/scans", "I", low, high))
        [batch] = train.source.read([train.ids[:1]])
        assert (batch.inputs.min(), batch.inputs.max()) == (0, 255)
        assert len(batch.inputs.unique()) > 200


def test_case_09_an_image_does_not_decide_for_itself(tmp_path: Path) -> None:
    """A dark image among bright ones is dark."""
    folder = wide_set(tmp_path / "scans", "I;16", 0, 4095)
    write_wide(folder / "a/dark.tif", np.full((16, 16), 410), "I;16")
    train, _, _ = load(folder)
    names = FOLDERS.load("data.source").load_samples(settings(folder)).names
    dark = names.index("a/dark.tif")
    [batch] = train.source.read([torch.tensor([dark])])
    assert set(batch.inputs.unique().tolist()) == {26}  # 410 / 4095 of 255


def test_case_09_an_outlier_that_hides_the_rest_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = wide_set(tmp_path / "scans", "I;16", 0, 900)
    for file in folder.rglob("*.tif"):
        values = np.asarray(Image.open(file)).copy()
        values[0, 0] = 65535  # a hot pixel
        write_wide(file, values, "I;16")
    with_hot = [np.asarray(Image.open(x)).max() for x in folder.rglob("*.tif")]
    assert {*with_hot} == {65535}
    found = load(folder, pixel_range=[0.0, 900.0])[0]  # what the warning advises
    [batch] = found.source.read([found.ids[:1]])
    assert len(batch.inputs.unique()) > 200
    assert "warning" not in capsys.readouterr().out
    chosen = settings(folder, input_shape=[1, 16, 16])
    big = samples.Samples(chosen, *vars_of(folder, chosen))
    values = FOLDERS.load("data.formats.headers").measure_values(big, torch.arange(20))
    schema.say_range(values._replace(middle=(0.0, 900.0)), 16)
    assert "4 of 256 levels of grey: set data.pixel_range, such as [0, 900]" in (
        capsys.readouterr().out
    )


def vars_of(folder: Path, chosen: Any) -> tuple[Any, ...]:
    found = FOLDERS.load("data.source").load_samples(chosen)
    return found.read, found.names, found.targets, found.output_names


def test_case_09_other_images_are_read_by_the_scale_that_was_learnt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train, _, _ = load(wide_set(tmp_path / "scans", "I;16", 0, 900))
    chosen, info = settings(tmp_path / "scans", input_shape=[1, 16, 16]), train.info
    write_wide(tmp_path / "new/x.png", np.full((16, 16), 450), "png")
    capsys.readouterr()
    [(_, batch)] = dataloader.read_inputs([str(tmp_path / "new")], chosen, info)
    mean, std = info.normalization_mean[0], info.normalization_std[0]
    assert ((batch.inputs * std + mean) * 255).round().unique().tolist() == [128]
    assert capsys.readouterr().err == ""
    write_wide(tmp_path / "new/y.png", np.full((16, 16), 4095), "png")  # of another camera
    assert len(list(dataloader.read_inputs([str(tmp_path / "new")], chosen, info))) == 2
    assert "450 to 4095 go beyond 0 to 900 and are clipped" in capsys.readouterr().err


def test_case_09_wide_images_for_a_model_of_8_bits_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(20):
        paint(tmp_path / f"plain/{'ab'[number % 2]}/{number}.png", size=16)
    info = load(tmp_path / "plain", input_shape=[3, 16, 16])[0].info
    write_wide(tmp_path / "new.png", np.full((16, 16), 450), "png")
    chosen = settings(tmp_path, input_shape=[3, 16, 16])
    [(_, error)] = dataloader.read_inputs([str(tmp_path / "new.png")], chosen, info)
    assert "16 bits a pixel, of unknown range" in str(error)
    assert "pixels have 16 bits, not 8" in capsys.readouterr().err


def test_case_09_floats_are_refused_in_words(tmp_path: Path) -> None:
    for number in range(20):
        paint(tmp_path / f"f/{'ab'[number % 2]}/{number}.tif", 0.5, "F", 16)
    with pytest.raises(UserError, match=r"\.tif: pixels are floats of unknown range"):
        load(tmp_path / "f")


def test_case_09_images_of_one_value_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"data\.dataset_path: all pixels of all images are 7"):
        load(wide_set(tmp_path / "scans", "I;16", 7, 7))


def test_case_09_some_wide_among_8_bits_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = wide_set(tmp_path / "scans", "png", 0, 4095)
    for number in range(20):
        paint(folder / f"{'ab'[number % 2]}/plain{number}.png", "gray", size=16)
    load(folder)
    assert "some images have 16 bits a pixel, and others 8" in capsys.readouterr().out


SUFFIXES = ["jfif", "JPG", "jpe", "avif", "apng", "jp2", "tga", "pcx", "qoi", "dib", "pnm", "ico"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_case_10_whatever_pillow_opens_is_read(tmp_path: Path, suffix: str) -> None:
    kind = {"jfif": "jpeg", "jpe": "jpeg", "apng": "png", "dib": "bmp", "pnm": "ppm"}
    for label in "ab":
        file = tmp_path / f"x/{label}/image.{suffix}"
        file.parent.mkdir(parents=True)
        Image.new("RGB", (16, 16), "red").save(file, kind.get(suffix))
    found = FOLDERS.load("data.source").load_samples(settings(tmp_path / "x"))
    assert found.names == [f"a/image.{suffix}", f"b/image.{suffix}"]
    assert found.read_sample(0).inputs[0, 0].float().mean() > 200


def test_case_10_what_is_left_out_is_counted_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(20):
        paint(tmp_path / f"x/{'ab'[number % 2]}/{number}.png", size=16)
    for name in ("a/1.heic", "a/2.HEIC", "b/notes.txt", "b/readme", "b/film.mpg", "b/Thumbs.db"):
        (tmp_path / "x" / name).write_text("none")
    (tmp_path / "x/b/.hidden.heic").touch()
    load(tmp_path / "x", input_shape=[3, 16, 16])
    said = capsys.readouterr().out
    assert (
        "note: left out, since Pillow opens no such files: 2 .heic, 1 .mpg, 1 .txt, "
        "1 without suffix; the first is a/1.heic" in said
    )


STRICT = """
import sys
sys.path.insert(0, "TESTS")
import torch
from image_files import FOLDERS, settings
chosen = settings(sys.argv[1], input_shape=[3, 16, 16], num_workers=0, max_unreadable=0.1)
loaders = FOLDERS.load("data.dataloader").get_dataloaders(
    chosen, batch_size=4, seed=0, device=torch.device("cpu")
)
print(sum(len(batch.ids) for loader in loaders for batch in loader.batches()))
""".replace("TESTS", str(Path(__file__).parent))


@pytest.mark.parametrize("encoding", ["ascii:strict", "utf-8:strict"])
def test_case_18_names_that_are_not_utf_8_are_shown_with_escapes(
    tmp_path: Path, encoding: str
) -> None:
    root = os.fsencode(tmp_path / "flowers")
    for number in range(40):
        folder = os.path.join(root, (b"caf\xe9", b"rose")[number % 2])
        os.makedirs(folder, exist_ok=True)
        paint(Path(os.fsdecode(os.path.join(folder, b"%d.png" % number))), size=16)
    broken = os.path.join(root, b"caf\xe9", b"br\xf6ken.png")
    Path(os.fsdecode(broken)).write_text("no image")
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-c", STRICT, os.fsdecode(root)], capture_output=True, env=environment
    )
    assert done.returncode == 0, done.stderr.decode()
    assert rb"warning: left out: image caf\udce9/br\udcf6ken.png: cannot identify" in done.stdout
    assert done.stdout.endswith(b"41\n")


def hub_of(folder: Path, pictures: list[Any], answers: list[Any]) -> Path:
    import datasets

    kinds = {"picture": datasets.Image(), "answer": datasets.ClassLabel(names=["rose", "iris"])}
    rows = {"picture": pictures, "answer": answers}
    split = datasets.Dataset.from_dict(rows, datasets.Features(kinds))
    datasets.DatasetDict(train=split).save_to_disk(folder)
    return folder


def picture(number: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(number).integers(0, 256, (16, 16, 3), np.uint8))


HUB = images("image/sources/huggingface")


def load_hub(folder: Path, run: Path, **changes: Any) -> Any:
    run.mkdir(exist_ok=True)
    chosen = settings(folder, input_shape=[3, 16, 16], num_workers=0, **changes)
    return HUB.load("data.dataloader").get_dataloaders(
        chosen, batch_size=4, seed=0, device=CPU, manifest=run / "splits.csv"
    )


def contents(loader: Any) -> set[bytes]:
    return {image.numpy().tobytes() for b in loader.source.read([loader.ids]) for image in b.inputs}


def test_case_07_rows_of_the_hub_are_known_by_their_images(tmp_path: Path) -> None:
    pictures = [picture(number) for number in range(40)]
    answers = [number % 2 for number in range(40)]
    before = load_hub(hub_of(tmp_path / "one", pictures, answers), tmp_path / "run")
    order = np.random.default_rng(0).permutation(40)[:34]  # sorted otherwise, and shortened
    more = [*(pictures[i] for i in order), picture(99)]
    folder = hub_of(tmp_path / "two", more, [*(answers[i] for i in order), 0])
    after = load_hub(folder, tmp_path / "run")
    for old, new, others in zip(before, after, (2, 0, 0), strict=True):
        assert len(contents(new) - contents(old)) <= (others > 0)
    trained = contents(before[0])
    assert not trained & (contents(after[1]) | contents(after[2]))


def test_case_07_equal_rows_of_the_hub_have_names_of_their_own(tmp_path: Path) -> None:
    folder = hub_of(tmp_path / "one", [picture(k // 2) for k in range(20)], [0, 1] * 10)
    found = HUB.load("data.source").load_samples(settings(folder))
    assert len({*found.names}) == 20
    assert found.names[1] == f"{found.names[0]}.2"


def test_case_07_images_that_trained_are_never_evaluated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(40):
        paint(tmp_path / f"x/{'ab'[number % 2]}/{number}.png", number, "L", size=16)
    train, _, test = load(tmp_path / "x")
    paint(tmp_path / "x/a/new.png", 99, "L", size=16)
    (tmp_path / "x/b/1.png").unlink()
    manifest, chosen = (
        tmp_path / "run/splits.csv",
        settings(tmp_path / "x", input_shape=[1, 16, 16]),
    )
    options: dict[str, Any] = {"batch_size": 4, "seed": 0, "device": CPU, "info": train.info}
    again = dataloader.get_dataloaders(chosen, manifest=manifest, **options)
    said = capsys.readouterr().out
    assert "1 samples are new since the training: they train; 1 are gone" in said
    [old], [new] = (each.source.read([each.ids]) for each in (test, again[2]))
    assert {*new.inputs[:, 0, 0, 0].tolist()} <= {*old.inputs[:, 0, 0, 0].tolist()}
    manifest.unlink()
    with pytest.raises(UserError, match=r"splits\.csv is not beside the checkpoint: images that"):
        dataloader.get_dataloaders(chosen, **options)
    assert len(dataloader.get_dataloaders(chosen, whole=True, **options)[2].ids) == 40
    (tmp_path / "x").rename(tmp_path / "y")
    dataloader.get_dataloaders(settings(tmp_path / "y", input_shape=[1, 16, 16]), **options)
    assert "is not what the training split" in capsys.readouterr().out


def test_case_07_images_of_torchvision_are_known_by_their_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = images("image/sources/torchvision").load("data.source")
    pixels = np.random.default_rng(0).integers(0, 256, (6, 8, 8), np.uint8)

    class Kept:
        """As the sets that torchvision keeps in memory are."""

        def __init__(self, order: list[int]) -> None:
            self.data, self.targets = torch.tensor(pixels)[order], torch.arange(6)[order]

        def __getitem__(self, index: int) -> Any:
            return Image.fromarray(self.data[index].numpy()), int(self.targets[index])

    def names(order: list[int]) -> dict[str, int]:
        monkeypatch.setattr(source, "open_dataset", lambda _: Kept(order))
        found = source.load_samples(settings("Kept"))
        return dict(zip(found.names, found.targets.tolist(), strict=True))

    assert names([0, 1, 2, 3, 4, 5]) == names([5, 3, 1, 0, 2, 4])

    class Files:
        def __init__(self, files: list[Any]) -> None:
            self._samples, self.targets = files, list(range(len(files)))

    monkeypatch.setattr(source, "FOLDER", tmp_path)
    files = [(tmp_path / f"set/{k}.jpg", k) for k in range(3)]
    assert [*source.number_items(Files(files), 3)] == ["set/0.jpg", "set/1.jpg", "set/2.jpg"]


def test_case_19_a_hub_image_that_is_none_is_named_and_set_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = [picture(number) if number != 7 else None for number in range(40)]
    folder = hub_of(tmp_path / "one", pictures, [number % 2 for number in range(40)])
    with pytest.raises(HUB.UserError, match="row 7 has no image"):
        load_hub(folder, tmp_path / "run")
    capsys.readouterr()
    loaders = load_hub(folder, tmp_path / "run", max_unreadable=0.05)
    assert sum(len(loader.ids) for loader in loaders) == 40
    assert "row 7 has no image" in (tmp_path / "run/quarantine.csv").read_text()
    with (tmp_path / "run/quarantine.csv").open(newline="") as file:
        [(_, number, reason)] = csv.reader(file)
    assert number == "7"
    assert "NoneType" not in reason


def test_case_19_an_image_of_ones_own_that_is_none_is_named(tmp_path: Path) -> None:
    found = samples.Samples(settings(tmp_path), lambda _: None, ["x"], torch.zeros(1), [])
    with pytest.raises(UserError, match=r"^image x: there is no image$"):
        found.read_sample(0)


def test_case_19_a_broken_hub_image_names_its_row(tmp_path: Path) -> None:
    pictures: list[Any] = [picture(number) for number in range(40)]
    pictures[3] = {"bytes": b"no image", "path": None}
    folder = hub_of(tmp_path / "one", pictures, [number % 2 for number in range(40)])
    with pytest.raises(HUB.UserError, match="row 3: cannot identify image"):
        load_hub(folder, tmp_path / "run")


CSV = images("image/sources/csv")


def load_table(folder: Path, text: str | bytes, **changes: Any) -> Any:
    for number in (1, 2, 3):
        paint(folder / f"x/{number}.png")
    table = folder / "labels.csv"
    table.write_bytes(text.encode() if isinstance(text, str) else text)
    return CSV.load("data.source").load_samples(settings(table, **changes))


def test_case_06_the_index_that_pandas_writes_is_left_out_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = load_table(tmp_path, ",path,kind\n0,x/1.png,a\n1,x/2.png,b\n")
    assert (found.output_names, found.targets.tolist()) == (["a", "b"], [0, 1])
    assert "the first column has no name: an index, which is left out" in capsys.readouterr().out
    found = load_table(tmp_path, "Unnamed: 0,file,kind\n0,x/1.png,a\n1,x/2.png,b\n")
    assert found.names == ["x/1.png", "x/2.png"]


@pytest.mark.parametrize(
    "text",
    [
        "path;kind\nx/1.png;a\nx/2.png;b\n",
        "path\tkind\r\nx/1.png\ta\r\nx/2.png\tb\r\n",
        "sep=;\npath;kind\nx/1.png;a\nx/2.png;b\n",
        "# made by hand\npath,kind\nx/1.png,a\nx/2.png,b\n",
        'path, "kind"\nx/1.png, "a"\nx/2.png, "b"\n',
        "\ufeffpath,kind\nx/1.png,a\nx/2.png,b\n",
        "id,file name,kind\n7,x/1.png,a\n8,x/2.png,b\n",
        "path,kind\nx/1.png,a\nx/2.png,b\n".encode("utf-16"),
    ],
)
def test_case_15_a_csv_of_images_as_others_write_it(tmp_path: Path, text: str | bytes) -> None:
    found = load_table(tmp_path, text, target_columns=["kind"])
    assert found.names == ["x/1.png", "x/2.png"]
    assert (found.output_names, found.targets.tolist()) == (["a", "b"], [0, 1])


def test_case_15_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CSV.UserError, match="has two columns called 'kind'"):
        load_table(tmp_path, "path,kind,kind\nx/1.png,a,b\n")


def test_case_02_labels_of_images_keep_their_text(tmp_path: Path) -> None:
    found = load_table(tmp_path, "path,kind\nx/1.png,007\nx/2.png,7\nx/3.png,7.0\n")
    assert found.output_names == ["007", "7", "7.0"]
