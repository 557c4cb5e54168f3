"""Rows for masks: networks of segmentation-models-pytorch, a small own one, and Mask R-CNN.

FLOPs of Mask R-CNN are those of one image of 224 x 224, as in detection.py.
"""

from dataclasses import replace

from .backbones import EFFICIENTNETS, RESNETS, TORCHVISION
from .detection import FASTER_RCNN, TWO_STAGE, models
from .detection import LAYERS as BOXES
from .row import Backbone, Row, by_size

LAYERS = (
    *("base", "packages", "packages/formats", "engine", "engine/streaming"),
    *("engine/draws", "image", "image/joint", "image/masks"),
)

SMP = ("segmentation-models-pytorch",)
NVIDIA = "NVIDIA's, for research alone"
SMOKE = {"num_epochs": 1, "max_samples": 16, "batch_size": 4, "pretrained": False}

UNET = Row(
    task="segmentation",
    modality="image",
    architecture="unet",
    label="U-Net",
    reason="an encoder and a decoder; sound on little data",
    library_class="segmentation_models_pytorch.Unet",
    layers=(*LAYERS, "models/smp", "models/smp/unet"),
    objectives=("semantic",),
    settings=("backbone", "pretrained", "pretrained_source", "weights_path", "dropout"),
    sizes=by_size(backbone=("resnet18", "resnet34", "resnet50", "resnet101")),
    backbones=tuple(each for each in (*RESNETS, *EFFICIENTNETS) if "timm" in each.libraries),
    library="segmentation-models-pytorch",
    weights=("huggingface", "custom"),
    small_backbone="resnet18",
    light_backbone="resnet18",
    min_size=32,
    dependencies=("pillow", "timm"),
    defaults={
        "backbone": "resnet34",
        "dropout": 0.0,
        "learning_rate": 1e-3,
        "weight_decay": 0.01,
        "gradient_clipping": 1.0,
        "warmup_epochs": 1.0,
        "patience": 10,
    },
    smoke={**SMOKE, "backbone": "resnet18"},
)

DEEPLAB = replace(
    UNET,
    architecture="deeplab",
    label="DeepLabV3+",
    reason="sees several scales at once",
    library_class="segmentation_models_pytorch.DeepLabV3Plus",
    layers=(*LAYERS, "models/smp", "models/smp/deeplab"),
)

SEGFORMER = replace(
    UNET,
    architecture="segformer",
    label="SegFormer",
    reason="a transformer with a light decoder",
    library_class="segmentation_models_pytorch.Segformer",
    layers=(*LAYERS, "models/smp", "models/smp/segformer"),
    sizes=by_size(backbone=("mit_b0", "mit_b1", "mit_b2", "mit_b3")),
    backbones=(
        Backbone("mit_b0", SMP, 3.3, 0.9, reason="the usual start", licence=NVIDIA),
        Backbone("mit_b1", SMP, 13.2, 3.35, reason="above b0", licence=NVIDIA),
        Backbone("mit_b2", SMP, 24.2, 6.54, reason="above b1", licence=NVIDIA),
        Backbone("mit_b3", SMP, 44.1, 12.28, reason="for large data", licence=NVIDIA),
    ),
    small_backbone="mit_b0",
    light_backbone="mit_b0",
    defaults={**UNET.defaults, "backbone": "mit_b0", "learning_rate": 5e-4},
    smoke={**SMOKE, "backbone": "mit_b0"},
)

CUSTOM = Row(
    task="segmentation",
    modality="image",
    architecture="custom",
    label="Own U-Net",
    reason="small, every line is yours",
    library_class="torch.nn.Conv2d",
    layers=(*LAYERS, "models/unet"),
    objectives=("semantic",),
    settings=("num_layers", "hidden_dim", "dropout", "activation"),
    sizes=by_size(num_layers=(2, 4, 4, 5), hidden_dim=(64, 128, 256, 512)),
    min_size=16,
    dependencies=("pillow",),
    defaults={
        "num_layers": 4,
        "hidden_dim": 256,
        "dropout": 0.0,
        "activation": "relu",
        "learning_rate": 1e-3,
        "weight_decay": 0.01,
        "gradient_clipping": 1.0,
        "num_epochs": 40,
        "patience": 10,
    },
    smoke={"num_epochs": 1, "max_samples": 32, "batch_size": 8},
)

MASK_RCNN = replace(
    FASTER_RCNN,
    task="segmentation",
    architecture="mask_rcnn",
    label="Mask R-CNN",
    reason="objects, each with a box and a mask",
    library_class="torchvision.models.detection.MaskRCNN",
    layers=(*BOXES, "image/instances"),
    models=models(*TWO_STAGE, "models/detection/mask_rcnn"),
    objectives=("instance",),
    sizes=by_size(backbone=("resnet18", "resnet34", "maskrcnn_resnet50_fpn_v2", "resnet101")),
    backbones=(
        Backbone("maskrcnn_resnet50_fpn_v2", TORCHVISION, 46.4, 388.0, reason="COCO", whole=True),
        Backbone("maskrcnn_resnet50_fpn", TORCHVISION, 44.5, 153.95, reason="COCO", whole=True),
        *FASTER_RCNN.backbones[3:],
    ),
    defaults={
        **FASTER_RCNN.defaults,
        "backbone": "maskrcnn_resnet50_fpn_v2",
        "num_epochs": 40,
        "batch_size": 4,
    },
    smoke={**FASTER_RCNN.smoke, "max_samples": 8, "max_detections": 20},  # a mask takes its time
)

ROWS = (UNET, DEEPLAB, SEGFORMER, CUSTOM, MASK_RCNN)
