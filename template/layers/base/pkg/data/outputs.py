"""Refuses data whose outputs do not fit the settings or the model."""

from ..engine.errors import UserError
from .settings import DataSettings


def check_outputs(settings: DataSettings, found: list[str], known: list[str]) -> None:
    """Compare the outputs found in the data with those asked for, and with those of the model.

    Raises:
        UserError: `data.num_outputs` or the data in `data.dataset_path` do not fit.
    """
    path, wanted = settings.dataset_path, settings.num_outputs
    if wanted not in (None, len(found)):
        raise UserError(f"data.num_outputs is {wanted}, but {path} has {len(found)}: {found}")
    if found != known:
        raise UserError(f"data.dataset_path: the model knows {known}, but {path} has {found}")
