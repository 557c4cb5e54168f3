"""Rows for tables: a multi-layer perceptron for classes and for numbers."""

from dataclasses import replace

from .row import Row, by_size

CLASSIFICATION = Row(
    task="classification",
    modality="table",
    architecture="custom",
    label="Multi-layer perceptron",
    reason="for numbers and categories",
    library_class="torch.nn.Linear",
    layers=(
        *(
            "base",
            "packages",
            "packages/formats",
            "engine",
            "table/encodings",
            "table/dialect",
            "table",
        ),
        "models/mlp",
    ),
    objectives=("single_label",),
    settings=("num_layers", "hidden_dim", "dropout", "activation"),
    sizes=by_size(num_layers=(1, 2, 3, 4), hidden_dim=(32, 64, 256, 512)),
    dependencies=("pandas", "pyarrow"),
    defaults={
        "num_layers": 2,
        "hidden_dim": 64,
        "dropout": 0.2,
        "activation": "relu",
        "learning_rate": 2e-3,
        "weight_decay": 0.01,
        "batch_size": 32,
        "num_epochs": 60,
        "gradient_clipping": 1.0,
        "patience": 15,
    },
    smoke={"num_epochs": 2, "max_samples": 64, "batch_size": 16},
)

REGRESSION = replace(CLASSIFICATION, task="regression", objectives=("targets",))

ROWS = (CLASSIFICATION, REGRESSION)
