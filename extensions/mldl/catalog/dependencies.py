"""Packages that a generated project may need: one table of tested ranges.

The tests run with the versions in requirements/tested.txt, which lie inside every range.
torch below 2.10 is out because its `weights_only` could be tricked (CVE-2026-24747).
"""

RANGES = {
    "torch": ">=2.10,<3",
    "torchvision": ">=0.25,<1",
    "timm": ">=1.0.20,<2",
    "numpy": ">=2.0,<3",
    "pillow": ">=11,<14",
    "pip": ">=23,<27",
    "huggingface-hub": ">=1,<3",
    "pandas": ">=2.2,<4",
    "peft": ">=0.18,<1",
    "pyarrow": ">=18,<27",
    "pycocotools": ">=2.0.10,<3",
    "pyyaml": ">=6,<7",
    "scikit-learn": ">=1.5,<2",
    "sacrebleu": ">=2.4,<3",
    "scipy": ">=1.14,<2",
    "segmentation-models-pytorch": ">=0.5,<1",
    "tokenizers": ">=0.22,<0.24",
    "transformers": ">=5.23,<6",
    "mlxtend": ">=0.23,<1",
    "datasets": ">=4,<6",
    "jsonargparse[signatures]": ">=4.41,<5",
    "matplotlib": ">=3.9,<4",
    "tensorboard": ">=2.18,<3",
    "torchinfo": ">=1.8,<2",
    "tqdm": ">=4.66,<5",
    "wandb": ">=0.19,<1",
}

# Names under which they are imported: a package of the project must not hide them.
IMPORTS = {
    *("torch", "torchvision", "timm", "numpy", "PIL", "pandas", "pyarrow", "sklearn"),
    *("mlxtend", "datasets", "jsonargparse", "matplotlib", "tensorboard", "torchinfo"),
    *("tqdm", "wandb", "scipy", "sympy", "yaml", "pytest", "setuptools", "pip"),
    *("safetensors", "huggingface_hub", "networkx", "jinja2", "requests", "fsspec"),
    *("transformers", "tokenizers", "regex", "segmentation_models_pytorch", "pycocotools"),
    *("accelerate", "lxml", "peft", "portalocker", "sacrebleu", "sentencepiece"),
    *("tabulate", "wcwidth"),
    # What these import in turn.
    *("absl", "annotated_types", "anyio", "certifi", "charset_normalizer", "click", "cloudpickle"),
    *("colorama", "cuda", "cycler", "dateutil", "dill", "filelock", "google", "grpc", "h11"),
    *("httpcore", "httpcore2", "httpx", "httpx2", "idna", "joblib", "kiwisolver", "markdown"),
    *("markupsafe", "mpl_toolkits", "mpmath", "multiprocess", "narwhals", "opentelemetry"),
    *("packaging", "platformdirs", "psutil", "pydantic", "pydantic_core", "pyparsing", "six"),
    *("sniffio", "threadpoolctl", "torchgen", "triton", "truststore", "typeshed_client"),
    *("typing_extensions", "typing_inspection", "urllib3", "werkzeug", "xxhash"),
}


def requirement(name: str) -> str:
    """Return the dependency with its range."""
    return name + RANGES[name]
