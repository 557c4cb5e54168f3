"""Detection and segmentation: what people call things, what is inferred, and why."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mldl.advice import advise, complete, in_effect, no_effect
from mldl.answers import accept
from mldl.catalog import ROWS, find
from mldl.catalog.aliases import ARCHITECTURES, METRICS, NEAREST
from mldl.catalog.features import AUGMENTATIONS
from mldl.catalog.sources import SOURCES
from mldl.catalog.spelling import plain, read
from mldl.catalog.tasks import OBJECTIVES, form_of
from mldl.context import derive
from mldl.contradictions import check
from mldl.fields import FIELDS

from .support import REQUESTS, ROOT

BOXES, MASKS = {"task": "detection"}, {"task": "segmentation"}
OURS = sorted((REQUESTS / "vision").glob("*.json"))
ASKED = [
    ROOT / f"tests/requests/{name}.json" for name in ("04-shapes-faster-rcnn", "05-cells-unet")
]


@pytest.mark.parametrize(
    ("given", "architecture", "backbone"),
    [
        ({**BOXES, "architecture": "Faster R-CNN"}, "faster_rcnn", None),
        ({**BOXES, "architecture": "resnet"}, "faster_rcnn", None),
        ({**BOXES, "architecture": "resnet", "backbone": "resnet34"}, "faster_rcnn", "resnet34"),
        ({**BOXES, "architecture": "ResNet-50"}, "faster_rcnn", "resnet50"),
        ({**BOXES, "architecture": "efficientnet"}, "faster_rcnn", "efficientnet_b0"),
        ({**BOXES, "architecture": "convnext"}, "faster_rcnn", "convnext_tiny"),
        ({**BOXES, "architecture": "vit"}, "yolos", None),
        ({**BOXES, "architecture": "yolo"}, "rt_detr", None),
        ({**BOXES, "architecture": "YOLO11n"}, "rt_detr", None),
        ({**BOXES, "architecture": "yolos-tiny"}, "yolos", "hustvl/yolos-tiny"),
        ({**BOXES, "architecture": "RT-DETR"}, "rt_detr", None),
        ({**BOXES, "architecture": "custom", "backbone": "yolov8n"}, "rt_detr", None),
        ({**BOXES, "backbone": "detr-resnet-50"}, "detr", "facebook/detr-resnet-50"),
        ({**BOXES, "architecture": "detr", "backbone": "detr"}, "detr", None),
        (
            {**BOXES, "architecture": "resnet", "backbone": "fasterrcnn_resnet50_fpn_v2"},
            "faster_rcnn",
            "fasterrcnn_resnet50_fpn_v2",
        ),
        ({**BOXES, "backbone": "fcos_resnet50_fpn"}, "fcos", "fcos_resnet50_fpn"),
        ({**MASKS, "architecture": "U-Net"}, "unet", None),
        ({**MASKS, "architecture": "vit"}, "segformer", None),
        ({**MASKS, "architecture": "resnet", "backbone": "resnet18"}, "unet", "resnet18"),
        (
            {**MASKS, "architecture": "unet", "backbone": "efficientnet-b3"},
            "unet",
            "efficientnet_b3",
        ),
        ({**MASKS, "architecture": "deeplabv3_resnet50"}, "deeplab", "resnet50"),
        (
            {**MASKS, "architecture": "resnet", "backbone": "deeplabv3_resnet101"},
            "deeplab",
            "resnet101",
        ),
        ({**MASKS, "architecture": "DeepLabV3+"}, "deeplab", None),
        ({**MASKS, "architecture": "SegFormer-B2"}, "segformer", "mit_b2"),
        ({**MASKS, "architecture": "Mask R-CNN"}, "mask_rcnn", None),
        (
            {**MASKS, "architecture": "resnet", "backbone": "maskrcnn_resnet50_fpn"},
            "mask_rcnn",
            "maskrcnn_resnet50_fpn",
        ),
    ],
    ids=str,
)
def test_names_that_people_use(
    given: dict[str, Any], architecture: str, backbone: str | None
) -> None:
    found = read(given).answers
    assert (found["architecture"], found.get("backbone")) == (architecture, backbone)
    assert read(found).answers == found, "what is stored moves"
    assert check(complete(given)) == []


@pytest.mark.parametrize(
    ("given", "key", "why"),
    [
        ({**BOXES, "architecture": "yolov8"}, "architecture", "real time"),
        ({**BOXES, "architecture": "resnet"}, "architecture", "no detector by itself"),
        ({**BOXES, "architecture": "vit"}, "architecture", "Vision Transformer that detects"),
        (
            {**BOXES, "backbone": "retinanet_resnet50_fpn", "architecture": ""},
            "architecture",
            "Reti",
        ),
        ({**MASKS, "architecture": "vit"}, "architecture", "SegFormer"),
        ({**MASKS, "architecture": "resnet50"}, "architecture", "backbone of U-Net"),
        ({**BOXES, "target_metric": "iou", "target_value": 0.5}, "target_metric", "no mean IoU"),
        ({**MASKS, "target_metric": "f1"}, "target_metric", "F1 of pixels"),
    ],
    ids=str,
)
def test_the_advisor_says_why_a_name_is_another(given: dict[str, Any], key: str, why: str) -> None:
    value, reason = advise(given)[key]
    assert value != given[key]
    assert why in reason


@pytest.mark.parametrize(
    ("given", "metric"),
    [
        ({**BOXES, "target_metric": "iou"}, "map_50"),
        ({**BOXES, "target_metric": "mAP"}, "map"),
        ({**BOXES, "target_metric": "mAP@0.5"}, "map_50"),
        ({**BOXES, "target_metric": "mAP@[.5:.95]"}, "map"),
        ({**BOXES, "target_metric": "AP75"}, "map_75"),
        ({**BOXES, "target_metric": "f1"}, "f1"),
        ({**MASKS, "target_metric": "iou"}, "iou"),
        ({**MASKS, "target_metric": "mIoU"}, "iou"),
        ({**MASKS, "target_metric": "F1"}, "dice"),
        ({**MASKS, "architecture": "mask_rcnn", "target_metric": "F1"}, "f1"),
        ({**MASKS, "objective": "instance", "target_metric": "iou"}, "map_50"),
    ],
    ids=str,
)
def test_metrics_by_their_usual_names(given: dict[str, Any], metric: str) -> None:
    answers = complete({**given, "target_value": 0.5})
    assert (answers["target_metric"], answers["monitor"]) == (metric, f"val_{metric}")
    assert answers["target_value"] == 0.5
    FIELDS["target_metric"].rule(given["target_metric"])
    assert check(answers) == []


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ({**BOXES}, "bundled"),
        ({**BOXES, "dataset_name": "shapes"}, "bundled"),
        ({**BOXES, "dataset_path": "data/parts"}, "coco"),
        ({**BOXES, "dataset_name": "parts"}, "coco"),
        ({**BOXES, "dataset_path": "data/instances.JSON"}, "coco"),
        ({**BOXES, "dataset_path": "data/data.yaml"}, "yolo"),
        ({**BOXES, "dataset_path": "data/metadata.jsonl"}, "jsonl"),
        ({**BOXES, "dataset_name": "mine", "data_loader": "custom"}, "custom"),
        ({**MASKS}, "bundled"),
        ({**MASKS, "dataset_path": "data/nuclei"}, "mask_folders"),
        ({**MASKS, "dataset_path": "data/nuclei.json"}, "coco"),
    ],
    ids=str,
)
def test_the_source_is_inferred_from_the_path(given: dict[str, Any], source: str) -> None:
    answers = complete(given)
    assert (answers["modality"], answers["data_source"]) == ("image", source)
    assert check(answers) == []


def test_a_gpu_brings_larger_networks_and_images() -> None:
    own = {**BOXES, "dataset_path": "data/parts"}
    few, many = complete(own), complete({**own, "gpus": 1})
    assert (few["architecture"], few["input_shape"]) == ("custom", [3, 320, 320])
    assert (many["architecture"], many["input_shape"]) == ("faster_rcnn", [3, 640, 640])
    assert many["backbone"] == "fasterrcnn_resnet50_fpn_v2"
    assert many["pretrained_source"] == "torchvision"
    assert many["batch_size"] < few["batch_size"] <= 8
    assert complete({**BOXES, "dataset_name": "shapes"})["batch_size"] == 16


def test_instances_are_an_objective_of_mask_rcnn() -> None:
    for given in ({**MASKS, "architecture": "mask_rcnn"}, {**MASKS, "objective": "instance"}):
        answers = complete({**given, "dataset_path": "data/cells"})
        assert (answers["architecture"], answers["objective"]) == ("mask_rcnn", "instance")
        assert (answers["data_source"], answers["monitor"]) == ("coco", "val_map")
        assert check(answers) == []
    (found,) = check(complete({**MASKS, "objective": "instance", "architecture": "unet"}))[:1]
    assert found.pointer == "objective"


@pytest.mark.parametrize("architecture", ["detr", "rt_detr", "yolos"])
def test_without_weights_a_transformer_is_small_and_ones_own(architecture: str) -> None:
    given = {**BOXES, "dataset_path": "d", "architecture": architecture, "num_layers": 2}
    small = complete({**given, "pretrained": False})
    assert (small["backbone"], small["num_layers"]) == ("", 2)
    assert derive(small)["num_layers"] == 2
    assert no_effect({**given, "pretrained": False}) == {}
    published = complete({**given, "pretrained": True})
    assert published["backbone"]
    assert derive(published)["num_layers"] is None, "the published model has its own"
    assert set(no_effect({**given, "pretrained": True})) == {"num_layers"}
    assert in_effect(published)["backbone"] == published["backbone"]


def test_what_a_project_depends_on() -> None:
    def needs(**given: Any) -> set[str]:
        found = derive(complete({**given, "folder_name": "x"}))["dependencies"]
        return {name.partition(">")[0] for name in found}

    named = {"dataset_path": "d", "pretrained": True}
    assert {"transformers", "scipy", "timm"} <= needs(**BOXES, **named, architecture="detr")
    assert "timm" not in needs(**BOXES, **named, architecture="yolos")
    assert "torchvision" not in needs(**BOXES, **named, architecture="yolos")
    timm = needs(**BOXES, **named, architecture="fcos", backbone="resnet10t")
    assert {"timm", "torchvision"} <= timm
    assert "timm" not in needs(**BOXES, **named, architecture="fcos")
    assert {"segmentation-models-pytorch", "timm"} <= needs(**MASKS, **named)
    assert "pip" in needs(**BOXES, dataset_name="trees")
    assert not {"pip", "scikit-learn"} & needs(**BOXES, dataset_name="shapes")


def test_the_smoke_run_sees_small_images() -> None:
    large = {**BOXES, "dataset_path": "d", "input_shape": [1, 640, 480], "architecture": "fcos"}
    assert derive(complete(large))["smoke"]["input_shape"] == [1, 128, 128]
    assert "input_shape" not in derive(complete({**large, "input_shape": [3, 96, 96]}))["smoke"]


def forms() -> Iterator[str]:
    """Yield each form of images that a task has."""
    for row in ROWS:
        if row.modality == "image":
            yield from (form_of("image", name) for name in row.objectives)


@pytest.mark.parametrize("form", sorted({*forms()}))
def test_every_form_has_sources_and_augmentations(form: str) -> None:
    assert [source for source in SOURCES.values() if form in source.layers]
    assert [each for each in AUGMENTATIONS.values() if form in each.layers]


def test_aliases_lead_to_what_there_is() -> None:
    for task, names in ARCHITECTURES.items():
        kind = "image" if task in ("detection", "segmentation") else "text"
        for name, meaning in names.items():
            row = find(task, kind, meaning.name)
            assert row is not None, name
            assert not meaning.backbone or row.backbone(meaning.backbone), name
            assert not meaning.published or (row.any_published and not meaning.backbone), name
    for task, names in NEAREST.items():
        kind = "image" if task in ("detection", "segmentation") else "text"
        for name, meaning in names.items():
            assert find(task, kind, meaning.name), name
            assert not find(task, kind, name.rstrip("*"))
    for objective, names in METRICS.items():
        assert {meaning.name for meaning in names.values()} <= {*OBJECTIVES[objective].metrics}
        assert all(plain(name) == name for name in names)


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.task}-{row.modality}-{row.architecture}"
)
def test_a_row_can_be_monitored_by_what_it_measures(row: Any) -> None:
    for objective in row.objectives:
        names = row.monitors(objective)
        assert f"val_{OBJECTIVES[objective].metrics[0]}" in names
        assert ("val_loss" in names) == (objective not in ("boxes", "instance"))


@pytest.mark.parametrize("path", [*ASKED, *OURS], ids=lambda path: path.stem)
def test_a_request_is_taken(path: Path) -> None:
    answers = accept({"request_file": str(path)}, {}, "project")
    found = derive(complete({**answers, "folder_name": "project"}))
    assert found["layer_names"]
    assert len(OURS) == 10


def test_what_was_asked_for() -> None:
    parts, cells = (complete(accept({"request_file": str(path)}, {})) for path in ASKED)
    assert (parts["architecture"], parts["backbone"]) == (
        "faster_rcnn",
        "fasterrcnn_resnet50_fpn_v2",
    )
    assert (parts["target_metric"], parts["target_value"]) == ("map_50", 0.5)
    assert (parts["data_source"], parts["pretrained_source"]) == ("coco", "torchvision")
    assert (cells["architecture"], cells["backbone"]) == ("unet", "resnet34")
    assert (cells["data_source"], cells["target_metric"]) == ("mask_folders", "iou")
