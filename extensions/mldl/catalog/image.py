"""Rows for images: classification and regression share their architectures."""

from dataclasses import replace

from .backbones import CONVNEXTS, EFFICIENTNETS, RESNETS, VITS
from .row import Row, by_size

OBJECTIVES = ("single_label", "multi_label")
LAYERS = (
    *("base", "packages", "packages/formats", "engine", "engine/streaming"),
    *("image", "image/labels"),
)
MODELS = {
    "timm": ("models/library", "models/library/timm", "models/published", "models/timm"),
    "torchvision": (
        "models/library",
        "models/library/torchvision",
        "models/published",
        "models/torchvision",
    ),
}
PRETRAINED = ("backbone", "pretrained", "pretrained_source", "weights_path", "dropout")
SMOKE = {"num_epochs": 1, "max_samples": 32, "batch_size": 8, "pretrained": False}

RESNET = Row(
    task="classification",
    modality="image",
    architecture="resnet",
    label="ResNet",
    reason="reliable and fast, good on little data",
    library_class="timm.models.resnet.ResNet",
    layers=LAYERS,
    models=MODELS,
    objectives=OBJECTIVES,
    settings=PRETRAINED,
    sizes=by_size(backbone=("resnet18", "resnet34", "resnet50", "resnet101")),
    backbones=RESNETS,
    small_backbone="resnet18",
    smoke_backbone="test_resnet",
    min_size=8,
    dependencies=("pillow",),
    defaults={"backbone": "resnet50", "learning_rate": 1e-3, "weight_decay": 0.01},
    smoke=SMOKE,
)

EFFICIENTNET = replace(
    RESNET,
    architecture="efficientnet",
    label="EfficientNet",
    reason="most accuracy for few operations",
    library_class="timm.models.efficientnet.EfficientNet",
    sizes=by_size(
        backbone=(
            *("tf_efficientnet_lite0", "efficientnet_b0"),
            *("efficientnet_b3", "efficientnet_v2_m"),
        )
    ),
    backbones=EFFICIENTNETS,
    small_backbone="tf_efficientnet_lite0",
    smoke_backbone="test_efficientnet",
    defaults={"backbone": "efficientnet_b0", "learning_rate": 1e-3, "weight_decay": 0.01},
    small_defaults={"learning_rate": 2e-3, "num_epochs": 20},
)

VIT = replace(
    RESNET,
    architecture="vit",
    label="Vision Transformer",
    reason="scales furthest with data",
    library_class="timm.models.vision_transformer.VisionTransformer",
    settings=(*PRETRAINED, "patch_size"),
    sizes=by_size(
        backbone=(
            *("vit_tiny_patch16_224", "vit_small_patch16_224"),
            *("vit_base_patch16_224", "vit_large_patch16_224"),
        )
    ),
    backbones=VITS,
    small_backbone="test_vit",
    smoke_backbone="test_vit",
    small_patch=4,
    defaults={
        "backbone": "vit_small_patch16_224",
        "learning_rate": 5e-4,
        "weight_decay": 0.05,
        "warmup_epochs": 1.0,
        "gradient_clipping": 1.0,
    },
    small_defaults={
        "learning_rate": 2e-3,
        "batch_size": 16,
        "num_epochs": 30,
        "warmup_epochs": 3.0,
        "patience": 10,
    },
)

CONVNEXT = replace(
    RESNET,
    architecture="convnext",
    label="ConvNeXt",
    reason="as good as a transformer, simpler",
    library_class="timm.models.convnext.ConvNeXt",
    sizes=by_size(backbone=("convnext_atto", "convnext_nano", "convnext_tiny", "convnext_base")),
    backbones=CONVNEXTS,
    small_backbone="convnext_atto",
    smoke_backbone="test_convnext",
    min_size=32,
    defaults={
        "backbone": "convnext_tiny",
        "learning_rate": 1e-3,
        "weight_decay": 0.05,
        "warmup_epochs": 1.0,
    },
    small_defaults={"learning_rate": 2e-3, "num_epochs": 20, "warmup_epochs": 2.0},
)

CUSTOM = Row(
    task="classification",
    modality="image",
    architecture="custom",
    label="Own convolutional net",
    reason="small, every line is yours",
    library_class="torch.nn.Conv2d",
    layers=(*LAYERS, "models/cnn"),
    objectives=OBJECTIVES,
    settings=("num_layers", "hidden_dim", "dropout", "activation"),
    sizes=by_size(num_layers=(2, 4, 6, 8), hidden_dim=(32, 128, 256, 512)),
    min_size=4,
    dependencies=("pillow",),
    defaults={
        "num_layers": 4,
        "hidden_dim": 128,
        "activation": "relu",
        "learning_rate": 2e-3,
        "weight_decay": 0.01,
    },
    smoke={"num_epochs": 1, "max_samples": 64, "batch_size": 16},
)

CLASSIFICATION = (RESNET, EFFICIENTNET, VIT, CONVNEXT, CUSTOM)


def regression(row: Row) -> Row:
    """Return the same architecture with one or several numbers as its outputs."""
    return replace(row, task="regression", objectives=("targets",))


ROWS = CLASSIFICATION + tuple(regression(row) for row in CLASSIFICATION)
