"""All settings of this project, section by section."""

from dataclasses import dataclass, field

from .data.settings import DataSettings
from .engine.settings import ExperimentSettings, TrainingSettings
from .models.settings import ModelSettings
from .task.settings import TaskSettings


@dataclass(frozen=True)
class Config:
    """All settings."""

    data: DataSettings = field(default_factory=DataSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    task: TaskSettings = field(default_factory=TaskSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    experiment: ExperimentSettings = field(default_factory=ExperimentSettings)
