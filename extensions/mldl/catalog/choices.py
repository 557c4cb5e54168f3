"""Names to choose from that belong to no single architecture, each with its reason.

Only append: a name that a project was made with must stay known.
"""

SETUPS = {
    "quick": "at most eight questions; all else gets a default that works",
    "full": "everything that applies",
}
TASKS = {
    "classification": "which class is it, or which labels apply?",
    "regression": "how much is it? one number or several",
}
MODALITIES = {
    "image": "pictures: files, an archive or a data set by name",
    "table": "rows of numbers and categories: CSV or Parquet",
}
OBJECTIVES = {
    "single_label": "exactly one class for each sample",
    "multi_label": "any number of labels for each sample",
    "targets": "one number or several for each sample",
}
SOURCES = {
    "bundled": "a small real set that comes with a package: works at once, offline",
    "image_folder": "one folder per class; a path, or the URL of an archive",
    "image_csv": "image files and a CSV of their targets; a path or URL",
    "table": "a CSV or Parquet file; a path or URL",
    "torchvision": "a data set of torchvision by name, such as CIFAR10",
    "huggingface": "a data set of the Hugging Face hub by name, such as beans",
    "custom": "a small module that you fill yourself, with a working example",
}
# What may feed each (task, modality), in the order in which it is offered.
SOURCES_OF = {
    ("classification", "image"): tuple(name for name in SOURCES if name != "table"),
    ("regression", "image"): ("image_csv", "huggingface", "custom"),
    ("classification", "table"): ("bundled", "table", "huggingface", "custom"),
    ("regression", "table"): ("bundled", "table", "huggingface", "custom"),
}
OPTIMIZERS = {
    "adamw": "the safe choice: quick, and its weight decay is sound",
    "adam": "like adamw, with the older kind of weight decay",
    "sgd": "with momentum: often the best end result, wants a tuned learning rate",
    "lion": "needs half the memory of adam; take a third of its learning rate",
}
SCHEDULERS = {
    "cosine": "falls smoothly to zero; the safe choice for a fixed number of epochs",
    "step": "falls tenfold at a third and two thirds of the epochs",
    "exponential": "falls by the same factor each epoch",
    "plateau": "falls whenever the validation stops improving",
}
ACTIVATIONS = {
    "relu": "the fastest",
    "gelu": "smooth; usual in transformers",
    "silu": "smooth; usual in recent convolutional nets",
    "tanh": "bounded; good for small dense nets",
}
AUGMENTATIONS = {
    "random_crop": "shifts by some pixels; good for small images",
    "random_resized_crop": "cuts out and scales up; usual for photographs",
    "horizontal_flip": "where left and right mean the same",
    "vertical_flip": "where up and down mean the same",
    "rotation": "turns by some degrees",
    "color_jitter": "changes brightness, contrast and saturation",
    "random_erasing": "blanks a rectangle",
    "gaussian_blur": "takes the sharpness away",
    "randaugment": "two random operations of fixed strength",
    "trivial_augment": "one random operation of random strength; nothing to tune",
    "mixup": "blends two images and their targets",
    "cutmix": "pastes a piece of one image, with its target, into another",
}
PREPROCESSING = {
    "grayscale": "take the colours away",
    "pad": "to a square, so that resizing keeps the proportions",
    "resize": "to the size that the model sees",
    "center_crop": "keep the middle",
    "crop": "the same, under the name that requests use",
}
PRETRAINED_SOURCES = {
    "huggingface": "timm's weights from the Hugging Face hub: the wider choice",
    "torchvision": "torchvision's weights",
    "custom": "a file of weights that you have",
}
LICENSES = {
    "MIT": "do what you like",
    "Apache-2.0": "the same, with a grant of patents",
    "BSD-3-Clause": "do what you like, without using the author's name",
    "GPL-3.0-or-later": "who passes it on passes the source on",
    "Proprietary": "all rights reserved",
}
TASK_TYPES = ("training", "model", "evaluation", "deployment", "notebook")
LOADERS = ("torch", "huggingface", "custom")
METRICS = ("accuracy", "f1", "mse", "mae", "r2")

# Where weights come from, and the library that knows the backbones they fit.
LIBRARIES = {"huggingface": "timm", "torchvision": "torchvision"}

# Names of the request's schema and of extras that are not offered yet.
LATER = "not offered yet"
LATER_EXTRAS = ("export", "compress", "tune", "serve", "notebooks", "report", "mlflow")
LATER_CONTEXT = ("existing_codebase", "codebase_path")
LATER_TASKS = ("detection", "segmentation", "generation", "nlp")
LATER_MODALITIES = ("text",)
LATER_ARCHITECTURES = {
    "bert": "text",
    "gpt": "text",
    "t5": "text",
    "unet": "segmentation and generation",
    **dict.fromkeys(("faster_rcnn", "retinanet", "fcos", "detr", "yolo"), "detection"),
    **dict.fromkeys(("rt_detr", "yolos"), "detection"),
    **dict.fromkeys(("deeplab", "segformer", "mask_rcnn"), "segmentation"),
    **dict.fromkeys(("vae", "gan", "diffusion"), "generation"),
}
LATER_METRICS = ("iou", "bleu")
LATER_PREPROCESSING = ("tokenize",)
