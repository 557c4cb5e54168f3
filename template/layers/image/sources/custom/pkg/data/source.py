"""The images and targets that `custom.py` describes."""

from functools import partial
from pathlib import Path

from ..engine.errors import UserError
from ..task.targets import encode_targets
from .custom import find_rows, read_image
from .samples import Samples
from .settings import DataSettings


def load_samples(settings: DataSettings) -> Samples:
    """Ask `custom.py` for its rows; turn their columns into targets.

    Raises:
        UserError: there are no rows, or their columns do not fit each other or the settings.
    """
    root = Path(settings.dataset_path)
    rows = find_rows(root)
    if not rows:
        raise UserError(f"data.dataset_path: data/custom.py finds nothing in {root.resolve()}")
    header = list(next(iter(rows.values())))
    columns = settings.target_columns or header
    if unknown := [name for name in columns if name not in header]:
        raise UserError(f"data.target_columns: data/custom.py has no {unknown}")
    for name, row in rows.items():
        if list(row) != header:
            raise UserError(f"data/custom.py: {name} has columns {list(row)}, not {header}")
    cells = {name: [row[name] for row in rows.values()] for name in columns}
    targets, output_names = encode_targets(settings, cells, list(rows))
    return Samples(settings, partial(read_image, root), list(rows), targets, output_names)
