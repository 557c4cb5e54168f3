"""A data set of the Hugging Face hub by its name, or in a local folder."""

from .formats.hub_rows import read_hub
from .found import Found
from .schema import Schema
from .settings import DataSettings


def load_rows(settings: DataSettings, schema: Schema | None = None) -> Found:
    """Load the rows that train, and those of its splits validation and test.

    Raises:
        UserError: it cannot be loaded, or has no split that trains.
    """
    return read_hub(settings.dataset_path)
