"""One cache of the type checker for all projects, since most of their code is the same."""

from pathlib import Path

import pytest

pytest.register_assert_rewrite("checks")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the type checker's cache, one for each worker."""
    return tmp_path_factory.mktemp("mypy")
