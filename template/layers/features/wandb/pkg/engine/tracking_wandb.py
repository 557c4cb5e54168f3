"""Metrics for Weights & Biases."""

import secrets
from pathlib import Path
from typing import Any

import wandb

from .errors import UserError
from .tracking import Sink


class WandB(Sink):
    """Sends metrics to a run that a resumed training takes up again."""

    def __init__(self, project: str, config: dict[str, Any], folder: Path) -> None:
        """Start the run, or take up the one whose name `folder` keeps."""
        name = folder / "wandb_run.txt"
        run_id = name.read_text() if name.exists() else secrets.token_hex(4)
        name.write_text(run_id)
        try:
            self.run = wandb.init(
                project=project or None, id=run_id, resume="allow", dir=str(folder), config=config
            )
        except wandb.Error as error:
            raise UserError(f"wandb: {error} (set WANDB_API_KEY, or WANDB_MODE=offline)") from None
        self.run.define_metric("step")
        self.run.define_metric("epoch")
        self.run.define_metric("*", step_metric="step")
        self.run.define_metric("epoch/*", step_metric="epoch")

    def log(self, metrics: dict[str, float], step: int) -> None:
        """Send metrics on their own axis."""
        axis = "epoch" if any(tag.startswith("epoch/") for tag in metrics) else "step"
        self.run.log({**metrics, axis: step})
