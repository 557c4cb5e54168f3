"""What folders and files of masks are called whose values are objects."""

MASKS = {"mask", "masks", "label", "labels", "annotation", "annotations", "gt", "gtfine"}
MASKS |= {"groundtruth", "instance", "instances", "ids", "segmentationobject", "targets"}
# Of several masks of an image the first of these counts; those of another kind never do.
MASK_ENDINGS = (
    *("_gtfine_instanceids", "_instanceids", "_instances", "_instance", "_ids"),
    *("_mask", "_masks", "_label", "_labels", "_gt", "_annotation"),
)
NO_MASKS = ("_gtfine_color", "_gtfine_labelids", "_gtfine_labeltrainids")
