"""What the nox sessions and the tests share; `import tools` also makes `mldl` importable."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "extensions"))
