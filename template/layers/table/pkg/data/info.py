"""What a model, a checkpoint and a prediction need to know of the data."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DataInfo:
    """Facts of the data set; statistics are those of the training split alone."""

    input_shape: list[int]  # features of a row
    output_names: list[str]  # classes or targets, as the model orders them
    columns: dict[str, Any]  # names and statistics, of `Columns.to_dict`
    #: if task == "classification"
    num_train: int  # rows
    class_counts: list[int]  # of them, for each class
    #: endif
    #: if task == "regression"
    target_mean: list[float]  # of each target
    target_std: list[float]
    #: endif
