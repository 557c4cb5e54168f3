"""Tests of the template's extension, whose package is imported from its source folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "extensions"))
