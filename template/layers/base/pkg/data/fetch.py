"""Brings the data to this machine, before any training.

Data at a path are used where they are. What a library knows by its name, it downloads itself
when it first reads it.
"""

from .settings import DataSettings


def obtain(settings: DataSettings) -> DataSettings:
    """Return the settings with the data on this machine: as they are."""
    return settings


if __name__ == "__main__":
    print("nothing to fetch: data.dataset_path is read as it stands, or by the library it names")
