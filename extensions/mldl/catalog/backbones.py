"""Published image networks, with sizes that were counted and not copied.

Parameters (in millions) and FLOPs (an addition and a multiplication are two) were
counted on the meta device with timm 1.0.31, torchvision 0.29.1 and FlopCounterMode, for
three channels, 224 x 224 pixels and 1,000 classes. Only append: names live in projects.
"""

from .row import Backbone

TIMM = ("timm",)
TORCHVISION = ("torchvision",)
BOTH = ("timm", "torchvision")

RESNETS = (
    Backbone("resnet18", BOTH, 11.7, 3.63, reason="the usual start"),
    Backbone("resnet34", BOTH, 21.8, 7.33, reason="no bottlenecks"),
    Backbone("resnet50", BOTH, 25.6, 8.18, reason="the standard"),
    Backbone("resnet101", BOTH, 44.5, 15.6, reason="for large data"),
    Backbone("resnet152", BOTH, 60.2, 23.03, reason="for large data"),
    Backbone("resnext50_32x4d", BOTH, 25.0, 8.46, reason="grouped"),
    Backbone("wide_resnet50_2", BOTH, 68.9, 22.8, reason="wide layers"),
    Backbone("resnet10t", TIMM, 5.4, 2.19, reason="the smallest"),
    Backbone("resnet14t", TIMM, 10.1, 3.35, reason="small"),
    Backbone("resnet26", TIMM, 16.0, 4.68, reason="between 18 and 50"),
)

EFFICIENTNETS = (
    Backbone("tf_efficientnet_lite0", TIMM, 4.7, 0.77, reason="phones, CPUs"),
    Backbone("efficientnet_b0", BOTH, 5.3, 0.77, reason="the usual start"),
    Backbone("efficientnet_b1", BOTH, 7.8, 1.14, reason="above b0"),
    Backbone("efficientnet_b2", BOTH, 9.1, 1.32, reason="above b1"),
    Backbone("efficientnet_b3", BOTH, 12.2, 1.93, reason="for 288 pixels"),
    Backbone("efficientnet_b4", BOTH, 19.3, 3.01, reason="for 380 pixels"),
    Backbone("efficientnet_v2_s", TORCHVISION, 21.5, 5.7, reason="trains faster"),
    Backbone("efficientnet_v2_m", TORCHVISION, 54.1, 10.72, reason="for large data"),
    Backbone("efficientnet_lite0", TIMM, 4.7, 0.77, reason="newer weights"),
    Backbone("tf_efficientnetv2_b0", TIMM, 7.1, 1.44, reason="quick to train"),
    Backbone("efficientnetv2_rw_t", TIMM, 13.6, 3.83, reason="below v2_s"),
    Backbone("tf_efficientnetv2_s", TIMM, 21.5, 5.7, reason="trains faster"),
)

VITS = (
    Backbone("vit_tiny_patch16_224", TIMM, 5.7, 2.51, patch=16, reason="small"),
    Backbone("vit_small_patch16_224", TIMM, 22.1, 9.2, patch=16, reason="as big as R50"),
    Backbone("vit_base_patch16_224", TIMM, 86.6, 35.13, patch=16, reason="the standard"),
    Backbone("vit_large_patch16_224", TIMM, 304.3, 123.11, patch=16, reason="huge data"),
    Backbone("vit_small_patch32_224", TIMM, 22.9, 2.29, patch=32, reason="few tokens"),
    Backbone("vit_base_patch32_224", TIMM, 88.2, 8.82, patch=32, reason="few tokens"),
    Backbone("deit_tiny_patch16_224", TIMM, 5.7, 2.51, patch=16, reason="ImageNet only"),
    Backbone("deit_small_patch16_224", TIMM, 22.1, 9.2, patch=16, reason="ImageNet only"),
    Backbone("vit_b_16", TORCHVISION, 86.6, 35.13, patch=16, reason="the standard"),
    Backbone("vit_b_32", TORCHVISION, 88.2, 8.82, patch=32, reason="few tokens"),
    Backbone("vit_l_16", TORCHVISION, 304.3, 123.11, patch=16, reason="huge data"),
    Backbone("test_vit", TIMM, 0.4, 0.18, patch=16, reason="for trials"),
)

CONVNEXTS = (
    Backbone("convnext_atto", TIMM, 3.7, 1.09, patch=4, reason="the smallest"),
    Backbone("convnext_femto", TIMM, 5.2, 1.56, patch=4, reason="small"),
    Backbone("convnext_pico", TIMM, 9.0, 2.73, patch=4, reason="about a ResNet-18"),
    Backbone("convnext_nano", TIMM, 15.6, 4.89, patch=4, reason="below tiny"),
    Backbone("convnext_tiny", BOTH, 28.6, 8.91, patch=4, reason="the usual start"),
    Backbone("convnext_small", BOTH, 50.2, 17.37, patch=4, reason="for large data"),
    Backbone("convnext_base", BOTH, 88.6, 30.71, patch=4, reason="for large data"),
)
