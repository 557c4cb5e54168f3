"""Masks as people bring them: each trap of their files, by name, with a remedy."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from mask_files import (
    FOLDERS,
    SIDE,
    blocks,
    examine,
    findings,
    noise,
    read,
    save,
    settings,
    source,
    write_set,
)
from PIL import Image

UserError, VOID = FOLDERS.UserError, 255
ORIENTATION = 0x0112


def load(path: Path, **changes: Any) -> Any:
    return source.load_samples(settings(path, **changes))


def test_nothing_to_report(tmp_path: Path) -> None:
    report = examine(write_set(tmp_path))
    assert findings(report) == []
    assert report.facts["masks counted"] == 12
    assert report.facts["values in masks"] == {"0": "0", "1": "1", "2": "2"}
    assert report.facts["images with"] == {"0": 12, "1": 12, "2": 12}
    assert report.facts["pixels of"] == {"0": 12 * 96, "1": 12 * 80, "2": 12 * 80}
    assert report.facts["void"] == "0.0% of the pixels"


def test_a_palette_is_numbers_and_255_is_void(tmp_path: Path) -> None:
    write_set(tmp_path)
    mask = blocks(0, VOID, 1, VOID)
    mask.putpalette([200, 0, 0, 0, 200, 0, *[7] * 753, 255, 255, 255])
    for number in range(12):
        save(mask, tmp_path / f"masks/{number:02}.png")
    assert Image.open(tmp_path / "masks/00.png").mode == "P"
    samples = load(tmp_path)
    assert samples.output_names == ["0", "1"]
    assert samples.targets[0].read()[0, ::4].tolist() == [0, VOID, 1, VOID]
    report = examine(tmp_path)
    assert report.facts["void"] == "50.0% of the pixels"
    assert findings(report) == []


def test_jpeg_masks_are_refused_with_their_values(tmp_path: Path) -> None:
    write_set(tmp_path)
    for path in sorted(tmp_path.glob("masks/*.png")):
        save(Image.open(path).point(lambda x: 80 * x), path.with_suffix(".jpg"))
        path.unlink()
    message = r"masks are JPEG, which makes values up, as masks/00\.jpg: they hold 0, .* more: save"
    with pytest.raises(UserError, match=message):
        load(tmp_path)
    report = examine(tmp_path, class_names=["sky", "tree"])
    assert report.has_errors
    found = [text for text in findings(report) if "JPEG makes values up: save PNG" in text]
    assert len(found) == 12
    assert found[0].startswith("warning: images/00.jpg: mask masks/00.jpg: ")
    assert "which is no class: those are 0, 1, 255; " in found[0]


def test_masks_that_were_resized_smoothly_are_refused_with_their_values(tmp_path: Path) -> None:
    write_set(tmp_path)
    for path in tmp_path.glob("masks/*.png"):
        smooth = blocks(0, 60, width=8, height=8).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
        save(smooth, path)
    message = r"data\.mask_values: masks hold 0, .*, 60, the last in masks/.*: there are gaps"
    with pytest.raises(UserError, match=message):
        load(tmp_path)
    found = findings(examine(tmp_path, mask_values={"0": "sky", "60": "tree"}))
    assert sum("32 pixels are 15, 45, which is no class" in text for text in found) == 12


def test_one_mask_with_other_values_is_named_and_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_set(tmp_path, 40)
    save(blocks(0, 1, 2, 7), tmp_path / "masks/03.png")
    names = {"class_names": ["sky", "tree", "road"], "max_unreadable": 0.1}
    [finding] = findings(examine(tmp_path, **names))
    message = "mask masks/03.png: 64 pixels are 7, which is no class: those are 0, 1, 2, 255"
    assert finding == f"warning: images/03.jpg: {message}: mend or remove it; training replaces it"
    FOLDERS.load("data.dataloader").get_dataloaders(
        settings(tmp_path, **names, in_memory=True),
        batch_size=8,
        seed=0,
        device=torch.device("cpu"),
    )
    assert f"left out: image images/03.jpg: {message}" in capsys.readouterr().out


def test_a_mask_of_another_size_is_named(tmp_path: Path) -> None:
    write_set(tmp_path, 40)
    save(blocks(0, 1, 2, width=8), tmp_path / "masks/05.png")
    [finding] = findings(examine(tmp_path, max_unreadable=0.1))
    assert finding.startswith("warning: images/05.jpg: mask masks/05.png has 8 x 16 pixels, not 16")


def test_files_without_a_partner_are_named_and_left_out(tmp_path: Path) -> None:
    write_set(tmp_path)
    save(noise(99), tmp_path / "images/lonely.jpg")
    save(blocks(0, 1), tmp_path / "masks/forgotten.png")
    assert len(load(tmp_path).names) == 12
    assert findings(examine(tmp_path)) == [
        "warning: images/lonely.jpg: has no mask: it is left out",
        "warning: masks/forgotten.png: is of no image: add the image, or remove it",
    ]


def test_no_pairs_are_refused_with_names(tmp_path: Path) -> None:
    save(noise(1), tmp_path / "images/a.jpg")
    save(blocks(0, 1), tmp_path / "masks/b.png")
    with pytest.raises(UserError, match=r"no image has a mask, among them images/a\.jpg and masks"):
        load(tmp_path)


@pytest.mark.parametrize("drawn", ["upright", "lying"])
def test_a_turned_camera_turns_the_image_if_the_mask_says_so(tmp_path: Path, drawn: str) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # upright after a turn to the right
    lying = Image.new("L", (32, 16))
    lying.paste(255, (0, 0, 8, 16))  # bright on the left: on top, upright
    save(lying, tmp_path / "images/a.jpg", exif=exif, quality=95)
    mask = lying.point(lambda x: x // 255)
    save(
        mask if drawn == "lying" else mask.transpose(Image.Transpose.ROTATE_270),
        tmp_path / "masks/a.png",
    )
    samples = load(tmp_path, input_shape=[1, 32, 32])
    batch = samples.read_sample(0)
    bright, mask = batch.inputs[0, 0] > 128, batch.masks[0]
    assert mask[mask != VOID].numel() == 32 * 16
    assert bright.equal(mask == 1)
    assert batch.sizes.tolist() == [[32, 16] if drawn == "lying" else [16, 32]]


def test_a_square_that_was_turned_is_turned(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    save(blocks(0, 255), tmp_path / "images/a.jpg", exif=exif)
    save(blocks(0, 1).transpose(Image.Transpose.ROTATE_270), tmp_path / "masks/a.png")
    batch = load(tmp_path).read_sample(0)
    assert (batch.inputs[0, 0] > 128).equal(batch.masks[0] == 1)


def test_one_name_with_two_suffixes(tmp_path: Path) -> None:
    write_set(tmp_path)
    save(noise(50), tmp_path / "images/00.png")  # beside 00.jpg
    save(blocks(0, 1), tmp_path / "masks/01.tif")  # beside 01.png
    found = findings(examine(tmp_path))
    assert len(found) == 2
    both = "masks/01.png and masks/01.tif"
    assert f"warning: images/01.jpg: has more than one mask: {both}: it is left out" in found
    assert any(text.startswith("warning: images/00.jpg: stands beside 00.png") for text in found)


def test_what_file_managers_leave_behind_is_no_data(tmp_path: Path) -> None:
    write_set(tmp_path)
    for name in ("images/Thumbs.db", "images/.DS_Store", "masks/desktop.ini"):
        (tmp_path / name).write_bytes(b"none")
    save(noise(1), tmp_path / "images/.hidden.jpg")
    save(noise(1), tmp_path / "__MACOSX/images/00.jpg")
    assert len(load(tmp_path).names) == 12
    assert findings(examine(tmp_path)) == []


def test_0_and_255_are_two_classes_where_nothing_else_occurs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_set(tmp_path, 12, 0, 255)
    samples = load(tmp_path)
    assert samples.output_names == ["background", "foreground"]
    assert dict(samples.targets.values) == {"0": "background", "255": "foreground"}
    assert capsys.readouterr().out.count("255 is taken for foreground") == 1
    assert load(tmp_path, class_names=["out", "in"]).output_names == ["out", "in"]
    others = load(tmp_path, class_names=["out", "in", "edge"])  # 255 is void then
    assert others.targets[0].read()[0, ::8].tolist() == [0, VOID]


def test_what_255_meant_in_training_is_kept_and_compared(tmp_path: Path) -> None:
    dataloader = FOLDERS.load("data.dataloader")
    options: dict[str, Any] = {"batch_size": 4, "seed": 0, "device": torch.device("cpu")}
    before = write_set(tmp_path / "before", 12, 0, 255)
    info = dataloader.get_dataloaders(settings(before), **options)[0].info
    assert info.targets["mask_values"] == {"0": "background", "255": "foreground"}
    named = {"class_names": info.output_names}
    for values, fits in (((0, 1), True), ((0, 255), True), ((0, 1, 255), False)):
        path = write_set(tmp_path / f"now{len(values)}{values[1]}", 12, *values)
        arguments = {**options, "info": info, "whole": True}
        if fits:
            dataloader.get_dataloaders(settings(path, **named), **arguments)
        else:
            message = r"255 in masks was 'foreground' in training and would be 'void' now"
            with pytest.raises(UserError, match=rf"data\.mask_values: {message}"):
                dataloader.get_dataloaders(settings(path, **named), **arguments)


def test_nothing_but_255_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"data\.mask_values: masks hold nothing but 255, which is"):
        load(write_set(tmp_path, 3, 255))


def test_masks_of_16_bits(tmp_path: Path) -> None:
    write_set(tmp_path)
    for number in range(12):
        wide = np.asarray(blocks(0, 1, 2, 255)).astype(np.uint16)
        save(Image.fromarray(wide), tmp_path / f"masks/{number:02}.png")
    assert read(tmp_path)[0, ::4].tolist() == [0, 1, 2, VOID]
    wide[wide == 2] = 4000
    save(Image.fromarray(wide), tmp_path / "masks/00.png")
    names = {"mask_values": {"0": "sky", "1": "tree", "4000": "road", "2": "road"}}
    assert read(tmp_path, **names)[0, ::4].tolist() == [0, 1, 2, VOID]
    with pytest.raises(ValueError, match=r"mask masks/00\.png: 64 pixels are 4000, which is no"):
        read(tmp_path, class_names=["sky", "tree", "road"])


@pytest.mark.parametrize("mode", ["1", "RGB", "LA", "F"])
def test_values_are_kept_in_other_modes(tmp_path: Path, mode: str) -> None:
    write_set(tmp_path)
    mask = blocks(0, 255 if mode == "1" else 1).convert(mode)
    for number in range(12):
        (tmp_path / f"masks/{number:02}.png").unlink()
        save(mask, tmp_path / f"masks/{number:02}.tif")
    assert read(tmp_path)[0, ::8].tolist() == [0, 1]


def test_a_class_that_is_nowhere_in_training_is_named(tmp_path: Path) -> None:
    for split, values in (("train", (0, 1)), ("val", (0, 1, 2)), ("test", (0, 1, 2))):
        write_set(tmp_path / split, 4, *values)
        for path in (tmp_path / split).rglob("images/*"):
            save(noise(len(split) * 10 + int(path.stem)), path)
    names = {"class_names": ["sky", "tree", "road", "boat"]}
    found = findings(examine(tmp_path, **names))
    assert found == [
        "warning: class road: is nowhere in training: add samples, or split otherwise",
        "warning: class boat: is in no mask: add masks that have it, or leave it out",
    ]


def test_masks_that_are_void_are_named(tmp_path: Path) -> None:
    write_set(tmp_path)
    for number in range(8):
        save(blocks(VOID), tmp_path / f"masks/{number:02}.png")
    found = findings(examine(tmp_path))
    assert any("8 of 12 masks are void everywhere: nothing is learnt" in text for text in found)
    assert any("67% of the pixels of masks are void" in text for text in found)


COLOURS = {"#808000": "tree", "128, 64, 128": "road", "[0, 0, 0]": "void"}


def paint(path: Path, palette: bool = False) -> None:
    """Write masks of a tree, a road and nothing, in colour."""
    write_set(path)
    mask = blocks(0, 1, 2)
    mask.putpalette([128, 128, 0, 128, 64, 128, 0, 0, 0])
    for number in range(12):
        save(mask if palette else mask.convert("RGB"), path / f"masks/{number:02}.png")


@pytest.mark.parametrize("palette", [False, True])
def test_masks_in_colour_have_a_map(tmp_path: Path, palette: bool) -> None:
    paint(tmp_path, palette)
    samples = load(tmp_path, mask_values=COLOURS)
    assert samples.output_names == ["tree", "road"]
    assert samples.targets[0].read()[0, ::6].tolist() == [0, 1, VOID]
    assert dict(samples.targets.values) == {
        "#000000": "void",
        "#804080": "road",
        "#808000": "tree",
    }
    less = {"#808000": "tree", "#000000": "void"}
    with pytest.raises(ValueError, match=r"pixels are #804080, which is no class: those are #0000"):
        read(tmp_path, mask_values=less)


def test_masks_in_colour_without_a_map_are_refused_with_their_colours(tmp_path: Path) -> None:
    paint(tmp_path)
    message = r"masks are in colour, masks/00\.png in #000000, #804080, #808000: say which colour"
    with pytest.raises(UserError, match=rf"data\.mask_values: {message}"):
        load(tmp_path)


def test_a_mask_in_colour_among_grey_ones_is_named(tmp_path: Path) -> None:
    write_set(tmp_path, 40)
    save(blocks(0, 1).convert("RGB").point(lambda x: x), tmp_path / "masks/00.png")  # grey, still
    save(noise(3), tmp_path / "masks/01.png")
    [finding] = findings(examine(tmp_path, max_unreadable=0.1))
    assert "images/01.jpg: mask masks/01.png: it is in colour, #" in finding


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"0": "a", "#ff0000": "b"}, r"data\.mask_values: values or colours, not both"),
        ({"zero": "a"}, r"data\.mask_values: 'zero' is no value"),
        ({"1, 2": "a"}, r"data\.mask_values: '1, 2' is no value"),
    ],
)
def test_a_map_that_says_nothing_is_refused(
    tmp_path: Path, values: dict[str, str], message: str
) -> None:
    write_set(tmp_path, 3)
    with pytest.raises(UserError, match=message):
        load(tmp_path, mask_values=values)
    with pytest.raises(UserError, match=r"data\.class_names lacks \['b'\] of data\.mask_values"):
        load(tmp_path, mask_values={"0": "a", "1": "b"}, class_names=["a", "c"])


def test_a_map_may_have_numbers_as_yaml_reads_them(tmp_path: Path) -> None:
    write_set(tmp_path, 3)
    values = {0: "sky", 1: "void", 2: "tree"}
    assert read(tmp_path, mask_values=values)[0, ::6].tolist() == [0, VOID, 1]


def test_void_at_0_is_no_guess(tmp_path: Path) -> None:
    write_set(tmp_path, 3, 0, 255)
    with pytest.raises(UserError, match="masks hold nothing but 0, 255, which is void"):
        load(tmp_path, reduce_zero_label=True)


def test_the_number_of_classes_may_be_known(tmp_path: Path) -> None:
    write_set(tmp_path, 12, 0, 5)
    samples = load(tmp_path, num_outputs=21)
    assert samples.output_names == [str(k) for k in range(21)]
    assert samples.targets[0].read()[0, ::8].tolist() == [0, 5]


def test_classes_may_be_numbered_from_1(tmp_path: Path) -> None:
    write_set(tmp_path, 12, 1, 2, 3)
    assert load(tmp_path).output_names == ["1", "2", "3"]
    assert read(tmp_path)[0, ::6].tolist() == [0, 1, 2]
    names = {"class_names": ["pet", "rest", "edge"], "reduce_zero_label": True}
    assert read(tmp_path, **names)[0, ::6].tolist() == [0, 1, 2]
    evaluated = {"class_names": ["1", "2", "3"]}  # as a checkpoint gives them back
    assert read(tmp_path, **evaluated)[0, ::6].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("image", "mask"),
    [
        ("leftImg8bit/{s}/a/a_leftImg8bit.png", "gtFine/{s}/a/a_gtFine_labelTrainIds.png"),
        ("{s}/img/a.jpg", "{s}/labels/a_seg.png"),
        ("imgs/{s}/x/a.jpeg", "annotations/{s}/x/a.png"),
        ("data/{s}_images/a.jpg", "data/{s}_masks/a_mask.gif"),
        ("{s}/ground truth/../JPEGImages/a.jpg", "{s}/SegmentationClass/a.png"),
    ],
)  # fmt: skip
def test_layouts_that_sets_have(tmp_path: Path, image: str, mask: str) -> None:
    for split in ("train", "val"):
        (tmp_path / split / "ground truth").mkdir(parents=True, exist_ok=True)
        save(noise(1), tmp_path / image.format(s=split))
        save(blocks(0, 1), tmp_path / mask.format(s=split))
        if "gtFine" in mask:  # of which Cityscapes has more
            for kind in ("color", "instanceIds", "labelIds"):
                path = mask.format(s=split).replace("labelTrainIds", kind)
                save(blocks(7, 9), tmp_path / path)
    samples = load(tmp_path)
    assert samples.given == ["train", "val"]
    assert samples.targets[1].read()[0, ::8].tolist() == [0, 1]
    assert list(samples.targets.findings) == []


def test_masks_that_are_no_images_are_told(tmp_path: Path) -> None:
    save(noise(1), tmp_path / "images/a.jpg")
    (tmp_path / "masks").mkdir()
    np.save(tmp_path / "masks/a.npy", np.zeros((SIDE, SIDE)))
    with pytest.raises(UserError, match=r"has no folder of masks: .*; Pillow opens no \.npy"):
        load(tmp_path)


def test_an_archive_may_hold_one_folder(tmp_path: Path) -> None:
    write_set(tmp_path / "nuclei/more")
    assert len(load(tmp_path / "nuclei").names) == 12


def test_images_in_no_split_beside_splits_are_refused(tmp_path: Path) -> None:
    write_set(tmp_path / "train", 2)
    write_set(tmp_path / "val", 2)
    write_set(tmp_path, 2)
    with pytest.raises(
        UserError, match=r"train/images/00\.jpg is of a split, and images/00\.jpg of"
    ):
        load(tmp_path)


@pytest.mark.parametrize("size", [(40, 20), (20, 40), (7, 5), (16, 16), (161, 97)])
def test_image_and_mask_stay_on_each_other(tmp_path: Path, size: tuple[int, int]) -> None:
    width, height = size
    mask = np.zeros((height, width), np.uint8)
    mask[height // 4 : height // 2, width // 3 : width * 3 // 4] = 1
    save(Image.fromarray(mask * 255), tmp_path / "images/a.png")
    save(Image.fromarray(mask), tmp_path / "masks/a.png")
    batch = load(tmp_path, input_shape=[1, 32, 32]).read_sample(0)
    bright, found = batch.inputs[0, 0].float(), batch.masks[0]
    sure = (found != VOID) & ((bright < 20) | (bright > 235))  # the others are between two pixels
    assert ((bright > 128) == (found == 1))[sure].all()
    assert ((bright > 128) != (found == 1))[found != VOID].sum() <= 40
    shown = [round(x * 32 / max(size)) for x in size]
    assert int((found != VOID).sum()) == shown[0] * shown[1]
    assert (bright[found == VOID] == 114).all()


def test_lists_of_pascal_voc_are_the_splits(tmp_path: Path) -> None:
    root = write_set(tmp_path / "VOC2012", 6)
    (root / "images").rename(root / "JPEGImages")
    (root / "masks").rename(root / "SegmentationClass")
    for number in range(6):  # Pascal VOC has them, too
        save(blocks(0, 7), root / f"SegmentationObject/{number:02}.png")
    save(noise(9), root / "JPEGImages/detected.jpg")  # no mask, and in no list
    (root / "Annotations").mkdir()
    (root / "Annotations/00.xml").write_text("<annotation/>")
    lists = root / "ImageSets"
    (lists / "Main").mkdir(parents=True)
    (lists / "Main/train.txt").write_text("detected 1\n00 -1\n")
    assert load(root).names == ["JPEGImages/00.jpg"]
    (lists / "Segmentation").mkdir()
    for name, stems in {"trainval": "00 01 02", "train": "02 00", "val": "01 02 04 x"}.items():
        text = "\n".join(stems.split())
        (lists / f"Segmentation/{name}.txt").write_text(text)
    samples = load(tmp_path)
    assert samples.names == [f"JPEGImages/0{i}.jpg" for i in (0, 1, 2, 4)]
    assert samples.given == ["train", "val", "train", "val"]
    assert samples.targets.names[0] == "SegmentationClass/00.png"
    assert samples.left_out == []
    place = "ImageSets/Segmentation/val.txt line"
    assert samples.broken == {
        f"{place} 2": f"{place} 2: 02 is in train.txt, too",
        f"{place} 4": f"{place} 4: there is no image x",
    }
    [finding] = samples.targets.findings
    assert "images that are in no list: 3 of 7" in str(finding)
    (lists / "Segmentation/train.txt").unlink()
    (lists / "Segmentation/val.txt").unlink()
    assert load(root).given is None  # of trainval.txt nothing is held out


def test_folders_of_splits_count_before_lists(tmp_path: Path) -> None:
    for split in ("train", "val"):
        write_set(tmp_path / split, 2)
    (tmp_path / "ImageSets/Main").mkdir(parents=True)
    (tmp_path / "ImageSets/Main/train.txt").write_text("00\n")
    assert load(tmp_path).given == ["train", "train", "val", "val"]
