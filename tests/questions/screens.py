"""The screens that are compared, written anew: `python -m tests.questions.screens`."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.screen import copying, screens
from tests.support import DOWN
from tools.render import copy_template, without_settings

FOLDER = Path(__file__).parent / "expected"
SETUPS: dict[str, dict[str, list[str]]] = {
    "quick": {},
    "full": {"How much do you want": [DOWN]},
}


def drawn(template: Path, project: Path, setup: str) -> str:
    """Return every screen of a questionnaire that is answered with Enter."""
    return "\n\n".join(screens(copying(template, project), SETUPS[setup])) + "\n"


def main() -> None:
    """Write the screens of each setup."""
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        without_settings(Path(folder))
        template = copy_template(Path(folder) / "mldl-template")
        for setup in SETUPS:
            text = drawn(template, Path(folder) / setup / "digits", setup)
            (FOLDER / f"{setup}.txt").write_text(text)


if __name__ == "__main__":
    main()
