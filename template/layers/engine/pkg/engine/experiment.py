"""Settings of the experiment: what a run leaves behind."""

from dataclasses import dataclass

from .settings import require


@dataclass(frozen=True)
class ExperimentSettings:
    """What a run leaves behind, and where."""

    #: if tensorboard_enabled
    tensorboard_log_dir: str = "logs"  # folder for TensorBoard
    picture_frequency: int = 5  # epochs between two pictures in TensorBoard; 0: none
    histograms: bool = False  # log histograms of all weights after each epoch
    #: endif
    #: if wandb_enabled
    wandb_project: str = ""  # project at Weights & Biases; WANDB_API_KEY holds the key
    #: endif
    checkpoint_dir: str = "checkpoints"  # folder of checkpoints, metrics.jsonl and the settings
    save_frequency: int = 1  # epochs between two checkpoints kept beside the last and the best
    keep_checkpoints: int = 3  # newest of those to keep
    save_every_minutes: float | None = None  # between saves inside an epoch; null: none
    profile_updates: int = 0  # to trace after the first ten, into checkpoint_dir; 0: none
    log_every: int = 10  # updates between two log points, where figures leave the device

    def __post_init__(self) -> None:
        """Refuse frequencies that cannot be."""
        positive = ["save_frequency", "keep_checkpoints", "log_every", "save_every_minutes"]
        require(self, "experiment", positive, lambda value: value > 0)
        require(self, "experiment", ["profile_updates", "picture_frequency"], lambda x: x >= 0)
        require(self, "experiment", ["checkpoint_dir", "tensorboard_log_dir"], bool)
