"""Rows for boxes around objects: networks of torchvision and transformers, and a small own one.

FLOPs of whole models are those of one image of 224 x 224, counted with torchvision 0.29.1 and
transformers 5.23.0 and with fresh weights, which propose more than trained ones.
"""

from dataclasses import replace

from .backbones import CONVNEXTS, EFFICIENTNETS, RESNETS, TORCHVISION
from .row import Backbone, Row, by_size

LAYERS = (
    *("base", "packages", "packages/formats", "engine", "engine/streaming"),
    *("engine/draws", "image", "image/joint", "image/boxes"),
)
SMOKE = {"num_epochs": 1, "max_samples": 16, "batch_size": 4, "pretrained": False}
TWO_STAGE = ("models/detection/anchors", "models/detection/two_stage")
PRETRAINED = ("backbone", "pretrained", "pretrained_source", "weights_path")


def models(*layers: str) -> dict[str, tuple[str, ...]]:
    """Return the layers of a detector of torchvision, by the library that has its backbone."""
    detector = ("models/detection", "models/detection/published")
    weights = ("models/library", "models/library/torchvision")
    return {
        library: (
            *(*weights, f"models/library/{library}"),
            *(*detector, f"models/detection/{library}", *layers),
        )
        for library in ("timm", "torchvision")
    }


FASTER_RCNN = Row(
    task="detection",
    modality="image",
    architecture="faster_rcnn",
    label="Faster R-CNN",
    reason="two stages; sound on little data",
    library_class="torchvision.models.detection.FasterRCNN",
    layers=LAYERS,
    models=models(*TWO_STAGE, "models/detection/faster_rcnn"),
    objectives=("boxes",),
    settings=PRETRAINED,
    sizes=by_size(
        backbone=(
            *("fasterrcnn_mobilenet_v3_large_fpn", "resnet18"),
            *("fasterrcnn_resnet50_fpn_v2", "resnet101"),
        )
    ),
    backbones=(
        Backbone(
            "fasterrcnn_resnet50_fpn_v2", TORCHVISION, 43.7, 281.59, reason="COCO", whole=True
        ),
        Backbone("fasterrcnn_resnet50_fpn", TORCHVISION, 41.8, 31.4, reason="COCO", whole=True),
        Backbone(
            "fasterrcnn_mobilenet_v3_large_fpn", TORCHVISION, 19.4, 26.9, reason="COCO", whole=True
        ),
        *(*RESNETS, *EFFICIENTNETS, *CONVNEXTS),
    ),
    weights=("torchvision", "huggingface", "custom"),
    small_backbone="resnet18",
    light_backbone="resnet18",
    min_size=32,
    heavy=True,
    dependencies=("pillow", "torchvision"),
    defaults={
        "backbone": "fasterrcnn_resnet50_fpn_v2",
        "num_epochs": 30,
        "learning_rate": 1e-3,
        "weight_decay": 0.01,
        "gradient_clipping": 1.0,
        "warmup_epochs": 1.0,
        "patience": 10,
    },
    smoke={**SMOKE, "backbone": "resnet18"},
)

RETINANET = replace(
    FASTER_RCNN,
    architecture="retinanet",
    label="RetinaNet",
    reason="one stage with anchors, focal loss",
    library_class="torchvision.models.detection.RetinaNet",
    models=models(
        *("models/detection/anchors", "models/detection/one_stage"),
        "models/detection/retinanet",
    ),
    sizes=by_size(backbone=("resnet18", "resnet34", "retinanet_resnet50_fpn_v2", "resnet101")),
    backbones=(
        Backbone("retinanet_resnet50_fpn_v2", TORCHVISION, 38.2, 23.94, reason="COCO", whole=True),
        Backbone("retinanet_resnet50_fpn", TORCHVISION, 34.1, 23.8, reason="COCO", whole=True),
        *(*RESNETS, *EFFICIENTNETS, *CONVNEXTS),
    ),
    defaults={**FASTER_RCNN.defaults, "backbone": "retinanet_resnet50_fpn_v2"},
)

FCOS = replace(
    FASTER_RCNN,
    architecture="fcos",
    label="FCOS",
    reason="one stage without anchors",
    library_class="torchvision.models.detection.FCOS",
    models=models("models/detection/one_stage", "models/detection/fcos"),
    sizes=by_size(backbone=("resnet18", "resnet34", "fcos_resnet50_fpn", "resnet101")),
    backbones=(
        Backbone("fcos_resnet50_fpn", TORCHVISION, 32.3, 20.14, reason="COCO", whole=True),
        *(*RESNETS, *EFFICIENTNETS, *CONVNEXTS),
    ),
    defaults={**FASTER_RCNN.defaults, "backbone": "fcos_resnet50_fpn"},
)

CUSTOM = Row(
    task="detection",
    modality="image",
    architecture="custom",
    label="Own one-stage detector",
    reason="small, quick on a CPU",
    library_class="torch.nn.Conv2d",
    layers=(*LAYERS, "models/detection", "models/detection/custom"),
    objectives=("boxes",),
    settings=("num_layers", "hidden_dim", "dropout", "activation"),
    sizes=by_size(num_layers=(3, 6, 9, 12), hidden_dim=(32, 64, 128, 256)),
    min_size=32,
    dependencies=("pillow", "torchvision"),
    defaults={
        "num_layers": 6,
        "hidden_dim": 64,
        "dropout": 0.0,
        "activation": "silu",
        "learning_rate": 1e-3,
        "weight_decay": 0.01,
        "gradient_clipping": 1.0,
        "warmup_epochs": 1.0,
        "num_epochs": 60,
        "patience": 15,
    },
    smoke={"num_epochs": 1, "max_samples": 32, "batch_size": 8},
)

TRANSFORMERS = ("transformers",)
DETR = Row(
    task="detection",
    modality="image",
    architecture="detr",
    label="DETR",
    reason="a transformer of queries; trains long",
    library_class="transformers.DetrForObjectDetection",
    layers=(
        *LAYERS,
        *("models/transformers_detection", "models/transformers_detection/no_object"),
        "models/transformers_detection/detr",
    ),
    objectives=("boxes",),
    settings=(*PRETRAINED, "num_layers", "hidden_dim", "dropout", "activation"),
    sizes=by_size(
        backbone=tuple(f"facebook/detr-resnet-{name}" for name in ("50", "50", "50", "101")),
        num_layers=(2, 3, 6, 6),
        hidden_dim=(64, 128, 256, 384),
    ),
    backbones=tuple(
        Backbone(
            f"facebook/detr-resnet-{name}",
            TRANSFORMERS,
            *sizes,
            reason="COCO",
            dependencies=("timm",),
            whole=True,
        )
        for name, sizes in (
            ("50", (41.5, 10.83)),
            ("101", (60.4, 18.25)),
            ("50-dc5", (41.5, 17.77)),
            ("101-dc5", (60.4, 25.19)),
        )
    ),
    library="transformers",
    weights=("huggingface", "custom"),
    own=True,
    widths=32,
    min_size=32,
    heavy=True,
    dependencies=("huggingface-hub", "pillow", "scipy"),
    defaults={
        "backbone": "facebook/detr-resnet-50",
        "weights_path": "weights/detr",
        "num_epochs": 60,
        "num_layers": 3,
        "hidden_dim": 128,
        "dropout": 0.1,
        "activation": "relu",
        "learning_rate": 3e-4,
        "weight_decay": 1e-4,
        "gradient_clipping": 0.1,
        "warmup_epochs": 2.0,
        "patience": 15,
    },
    smoke={**SMOKE, "backbone": None, "num_layers": 2, "hidden_dim": 32},
)

RT_DETR = replace(
    DETR,
    architecture="rt_detr",
    label="RT-DETR",
    reason="a transformer for real time",
    library_class="transformers.RTDetrV2ForObjectDetection",
    layers=(
        *LAYERS,
        *("models/transformers_detection", "models/transformers_detection/rt_detr"),
    ),
    sizes=by_size(
        backbone=tuple(f"PekingU/rtdetr_v2_r{name}vd" for name in (18, 34, 50, 101)),
        num_layers=(2, 2, 3, 6),
        hidden_dim=(64, 128, 256, 384),
    ),
    backbones=(
        Backbone("PekingU/rtdetr_v2_r18vd", TRANSFORMERS, 20.1, 9.32, reason="COCO", whole=True),
        Backbone("PekingU/rtdetr_v2_r34vd", TRANSFORMERS, 31.3, 13.87, reason="COCO", whole=True),
        Backbone("PekingU/rtdetr_v2_r50vd", TRANSFORMERS, 42.7, 20.51, reason="COCO", whole=True),
        Backbone("PekingU/rtdetr_v2_r101vd", TRANSFORMERS, 76.4, 35.54, reason="COCO", whole=True),
    ),
    multiple=32,
    defaults={
        **DETR.defaults,
        "backbone": "PekingU/rtdetr_v2_r18vd",
        "weights_path": "weights/rt_detr",
        "num_layers": 2,
        "hidden_dim": 64,
        "dropout": 0.0,
        "learning_rate": 1e-3,
        "warmup_epochs": 1.0,
    },
)

YOLOS = replace(
    DETR,
    architecture="yolos",
    label="YOLOS",
    reason="a plain Vision Transformer that detects",
    library_class="transformers.YolosForObjectDetection",
    layers=(
        *LAYERS,
        *("models/transformers_detection", "models/transformers_detection/no_object"),
        "models/transformers_detection/yolos",
    ),
    sizes=by_size(
        backbone=tuple(f"hustvl/yolos-{name}" for name in ("tiny", "tiny", "small", "base")),
        num_layers=(6, 12, 12, 12),
        hidden_dim=(128, 192, 384, 768),
    ),
    backbones=(
        Backbone("hustvl/yolos-tiny", TRANSFORMERS, 6.5, 3.24, 16, reason="COCO", whole=True),
        Backbone("hustvl/yolos-small", TRANSFORMERS, 30.7, 12.85, 16, reason="COCO", whole=True),
        Backbone("hustvl/yolos-base", TRANSFORMERS, 127.7, 51.16, 16, reason="COCO", whole=True),
    ),
    multiple=8,
    defaults={
        **DETR.defaults,
        "backbone": "hustvl/yolos-tiny",
        "weights_path": "weights/yolos",
        "num_layers": 6,
        "dropout": 0.0,
        "activation": "gelu",
    },
)

ROWS = (FASTER_RCNN, RETINANET, FCOS, DETR, RT_DETR, YOLOS, CUSTOM)
