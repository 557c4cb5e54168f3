"""What folders and files of masks are called whose values are classes."""

MASKS = {"mask", "masks", "label", "labels", "annotation", "annotations", "gt", "gtfine"}
MASKS |= {"groundtruth", "seg", "segmentation", "segmentations", "segmentationclass", "targets"}
# Of several masks of an image the first of these counts; those of another kind never do.
MASK_ENDINGS = (
    *("_gtfine_labeltrainids", "_gtfine_labelids", "_mask", "_masks", "_label", "_labels"),
    *("_seg", "_segmentation", "_gt", "_annotation"),
)
NO_MASKS = ("_gtfine_color", "_gtfine_instanceids", "_gtfine_instancetrainids")
