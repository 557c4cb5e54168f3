"""Names to choose from that belong to no single architecture, each with its reason.

Only append: a name that a project was made with must stay known.
"""

from . import features, sources, tasks, text_sources

SETUPS = {
    "quick": "at most eight questions, good defaults for the rest",
    "full": "everything that applies",
}
TASKS = {name: task.reason for name, task in tasks.TASKS.items()}
MODALITIES = {
    "image": "files, an archive or a data set by name",
    "table": "rows of numbers and categories: CSV or Parquet",
    "text": "sentences, documents, or words",
}
OBJECTIVES = {name: each.reason for name, each in tasks.OBJECTIVES.items()}
SOURCES = {name: each.reason for name, each in sources.SOURCES.items()}
OPTIMIZERS = {
    "adamw": "the safe choice: quick, and its weight decay is sound",
    "adam": "like adamw, with the older kind of weight decay",
    "sgd": "with momentum; often best, wants a tuned learning rate",
    "lion": "half the memory of adam, a third of its learning rate",
}
SCHEDULERS = {
    "cosine": "decays smoothly to zero; the safe choice",
    "step": "divided by ten at a third and two thirds of the epochs",
    "exponential": "decays by the same factor each epoch",
    "plateau": "reduced when validation stops improving",
}
ACTIVATIONS = {
    "relu": "the fastest",
    "gelu": "smooth; usual in transformers",
    "silu": "smooth; usual in recent convolutional nets",
    "tanh": "bounded; good for small dense nets",
}
AUGMENTATIONS = {name: each.reason for name, each in features.AUGMENTATIONS.items()}
PREPROCESSING = {
    "grayscale": "take the colours away",
    "pad": "to a square, so that resizing keeps the proportions",
    "resize": "to the size that the model sees",
    "center_crop": "keep the middle",
    "crop": "the same, under the name that requests use",
    "tokenize": "texts become tokens",
}
SIZES = {
    "auto": "as the data and the machine suggest",
    "tiny": "for first trials, and for answers at once",
    "small": "where data are few, or there is no GPU",
    "base": "the usual one",
    "large": "for much data and a large GPU",
}
PRETRAINED_SOURCES = {
    "huggingface": "weights on the hub: the wider choice",
    "torchvision": "torchvision's weights",
    "custom": "weights that you have, in a file or folder",
}
# By the form of samples: where targets move with the image it is resized whole, and never cut.
STEPS = {
    "labels": tuple(name for name in PREPROCESSING if name != "tokenize"),
    **dict.fromkeys(text_sources.FORMS, ("tokenize",)),
    **dict.fromkeys(features.JOINT, ("grayscale", "resize")),
}
LICENSES = features.LICENSES
TASK_TYPES = ("training", "model", "evaluation", "deployment", "notebook")
LOADERS = tuple(dict.fromkeys(each.loader for each in sources.SOURCES.values()))
METRICS = tuple(tasks.METRICS)

# Where weights come from, and the library that knows the backbones they fit.
LIBRARIES = {"huggingface": "timm", "torchvision": "torchvision"}

# Names of the request's schema and of extras that are not offered yet.
LATER = "not offered yet"
LATER_EXTRAS = ("export", "compress", "tune", "serve", "notebooks", "report", "mlflow")
LATER_CONTEXT = ("existing_codebase", "codebase_path")
LATER_TASKS = ("generation",)
LATER_ARCHITECTURES = dict.fromkeys(("vae", "gan", "diffusion"), "generation")
