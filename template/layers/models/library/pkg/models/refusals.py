"""What a library refuses to build, in one line that names the setting."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..engine.errors import UserError


@contextmanager
def refusals(name: str, input_shape: Sequence[int]) -> Iterator[None]:
    """Turn what a library raises while it builds what is called `name` into one line.

    Raises:
        UserError: `model.pretrained`: no network or file. `model.backbone`: it cannot be built.
    """
    try:
        yield
    except OSError as error:
        place = f"{error}: the weights of {name} are out of reach"
        hint = "name a file in model.weights_path, or set model.pretrained to false"
        raise UserError(f"model.pretrained: {place}; {hint}") from None
    except (AssertionError, RuntimeError, TypeError, ValueError) as error:
        problem = f"does not take data.input_shape {list(input_shape)}: {error}"
        raise UserError(f"model.backbone {name} {problem}") from None
