"""Cases 30 and 31: no rendered or edited file is lost, whatever git ignores or is set to."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from copier import run_copy, run_update
from copier.errors import UserMessageError

from tests.support import commit, git
from tools.render import copy_template

OPTIONS: dict[str, Any] = {"defaults": True, "unsafe": True, "quiet": True}
EDITED = ("digits/data/settings.py", "digits/models/model.py", "configs/config.yaml", "README.md")
BLANK = "# ours, with a blank at the end \n"


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a template of two versions, and a project of the first that no git knows yet."""
    folder = tmp_path_factory.mktemp("versions")
    template = copy_template(folder / "template")
    git(template, "init", "--quiet")
    commit(template, "v0.1.0")
    run_copy(str(template), folder / "digits", vcs_ref="v0.1.0", **OPTIONS)
    for name in ("engine/pkg/engine/loop.py", "models/timm/pkg/models/model.py"):
        path = template / "template/layers" / name
        path.write_text(path.read_text() + "\n\nNEWER = True\n")
    commit(template, "v0.2.0")
    return template, folder / "digits"


class Owner:
    """Somebody with a project in a repository of their own."""

    def __init__(self, root: Path, made: Path, inside: str = "") -> None:
        self.root = root
        self.project = root / inside / "digits" if inside else root / "digits"
        self.top = root if inside else self.project
        self.project.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(made, self.project)
        git(self.top, "init", "--quiet")

    def edit(self, line: str = BLANK) -> None:
        """Commit everything that git takes, edit, and commit again."""
        commit(self.top)
        for name in EDITED:
            path = self.project / name
            path.write_text(path.read_text() + line)
        commit(self.top)

    def update(self) -> None:
        run_update(str(self.project), data={}, overwrite=True, **OPTIONS)

    def keeps(self, line: str = BLANK) -> bool:
        """Say whether every edit is there, and the files of the package."""
        texts = [self.project / name for name in EDITED]
        return all(path.exists() and line in path.read_text() for path in texts)

    def is_newer(self) -> bool:
        return "NEWER" in (self.project / "digits/engine/loop.py").read_text()


@pytest.fixture
def own(versions: tuple[Path, Path], tmp_path: Path) -> Callable[..., Owner]:
    return lambda inside="": Owner(tmp_path / "owner", versions[1], inside)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the file of git's settings for one user, which plumbum's copy of them knows too."""
    from plumbum import local

    path = tmp_path / "gitconfig"
    path.write_text("")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(path))
    with local.env(GIT_CONFIG_GLOBAL=str(path)):
        yield path


RULES = ["data/", "models/", "data", "models", "**/data/", "**/models/**", "data/*", "digits/"]
RULES += ["tests/\ntest*", "**/*.py", "task/\nengine/", "*.json\nconfigs/"]
PLACES = ("parent", "exclude", "global", "own")


def ignore(owner: Owner, place: str, rule: str, settings: Path) -> None:
    """Write a rule where people have them."""
    if place == "parent":
        (owner.top / ".gitignore").write_text(f"{rule}\n")
    elif place == "exclude":
        (owner.top / ".git/info").mkdir(exist_ok=True)
        (owner.top / ".git/info/exclude").write_text(f"{rule}\n")
    elif place == "global":
        (settings.parent / "ignored").write_text(f"{rule}\n")
        settings.write_text(f"[core]\n\texcludesFile = {settings.parent / 'ignored'}\n")
    else:
        path = owner.project / ".gitignore"
        text = path.read_text()
        head, code, tail = text.partition("# Code is tracked")
        path.write_text(f"{head}{rule}\n\n{code}{tail}")


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("place", PLACES)
def test_case_30_the_code_is_tracked_whatever_is_ignored(
    own: Callable[..., Owner], settings: Path, place: str, rule: str
) -> None:
    owner = own("work" if place == "parent" else "")
    ignore(owner, place, rule, settings)
    commit(owner.top)
    tracked = set(git(owner.project, "ls-files").splitlines())
    files = {p.relative_to(owner.project).as_posix() for p in owner.project.rglob("*.py")}
    files |= {p.relative_to(owner.project).as_posix() for p in owner.project.glob("configs/*")}
    top = {name for name in files if "/" not in name}  # scripts: `**/*.py` means what it says
    if rule == "digits/" and place == "parent":
        assert not tracked, "a whole project that is ignored is refused, see below"
    else:
        assert files - top <= tracked


@pytest.mark.parametrize(
    ("place", "rule"),
    [("parent", "data/"), ("exclude", "models/"), ("global", "data/\nmodels/"), ("own", "data/")],
)
def test_case_30_an_update_keeps_the_code(
    own: Callable[..., Owner], settings: Path, place: str, rule: str
) -> None:
    owner = own("work" if place == "parent" else "")
    ignore(owner, place, rule, settings)
    owner.edit()
    owner.update()
    assert owner.is_newer()
    assert owner.keeps()


def spoil(owner: Owner, how: str) -> None:
    """Keep rendered files from git in one of the ways that people do."""
    path = owner.project / ".gitignore"
    if how == "a line at the end":
        path.write_text(path.read_text() + "\ndata/\nmodels/\n")
    elif how == "a file further down":
        (owner.project / "digits/.gitignore").write_text("data/\nmodels/\n")
    elif how == "the whole project":
        (owner.top / ".gitignore").write_text("digits/\n")
    elif how == "no rules at all":
        path.write_text("digits/data/\n")


WAYS = ("a line at the end", "a file further down", "the whole project", "no rules at all")


@pytest.mark.parametrize("how", WAYS)
def test_case_30_an_update_refuses_where_a_rendered_file_is_not_tracked(
    own: Callable[..., Owner], how: str
) -> None:
    owner = own("work" if how == "the whole project" else "")
    spoil(owner, how)
    owner.edit()
    with pytest.raises(UserMessageError, match="not tracked by git") as refusal:
        owner.update()
    assert "\n" not in refusal.value.message
    assert "git add --force" in refusal.value.message
    assert owner.keeps()
    assert not owner.is_newer()
    git(owner.project, "add", "--force", *EDITED, "digits", "tests", "configs", ".github", ".")
    git(owner.project, "commit", "--quiet", "--message", "all of it")
    owner.update()
    assert owner.is_newer()
    assert owner.keeps()


@pytest.mark.parametrize("flag", ["assume-unchanged", "skip-worktree"])
def test_case_30_an_update_refuses_what_is_hidden_from_git(
    own: Callable[..., Owner], flag: str
) -> None:
    owner = own()
    commit(owner.top)
    git(owner.project, "update-index", f"--{flag}", "configs/config.yaml")
    path = owner.project / "configs/config.yaml"
    path.write_text(path.read_text() + BLANK)
    with pytest.raises(UserMessageError, match=f"--no-{flag}"):
        owner.update()
    assert BLANK in path.read_text()


REFUSED = [
    ("apply", "whitespace", "error"),
    ("apply", "whitespace", "error-all"),
    ("apply", "whitespace", "fix"),
    ("apply", "whitespace", "strip"),
    ("status", "showUntrackedFiles", "no"),
    ("apply", "ignoreWhitespace", "change"),
]


@pytest.mark.parametrize("setting", REFUSED, ids="{0[0]}.{0[1]}={0[2]}".format)
def test_case_31_a_setting_that_drops_edits_is_noticed_before(
    own: Callable[..., Owner], settings: Path, setting: tuple[str, str, str]
) -> None:
    section, name, value = setting
    owner = own()
    owner.edit()
    settings.write_text(f"[{section}]\n\t{name} = {value}\n")
    with pytest.raises(UserMessageError) as refusal:
        owner.update()
    (command,) = re.findall(r"`git (config [^`]+)`", refusal.value.message)
    assert "\n" not in refusal.value.message
    assert owner.keeps()
    git(owner.project, *command.split())
    owner.update()
    assert owner.is_newer()
    assert owner.keeps()


HARMLESS = """
[core]
\tautocrlf = true
\tsafecrlf = true
\twhitespace = trailing-space,blank-at-eof,tab-in-indent
\tquotePath = true
\tfileMode = false
\tattributesFile = {attributes}
[diff]
\tnoprefix = true
\tmnemonicPrefix = true
\texternal = false
\trenames = copies
\tcontext = 1
\tinterHunkContext = 20
\talgorithm = histogram
\tsuppressBlankEmpty = true
[color]
\tui = always
[status]
\tshort = true
\tbranch = true
\trelativePaths = true
[commit]
\tgpgsign = true
[merge]
\tconflictStyle = zdiff3
"""


def test_case_31_other_settings_and_files_of_any_kind_do_no_harm(
    own: Callable[..., Owner], settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    attributes = settings.parent / "attributes"
    attributes.write_text("*.py diff=python\n")
    owner = own()
    (owner.project / "notes with blanks é.md").write_text("ours \n")
    (owner.project / "logo.png").write_bytes(bytes(range(256)))
    (owner.project / "digits/ours.py").write_text("OURS = 1 \n")
    owner.edit()
    settings.write_text(HARMLESS.format(attributes=attributes))
    owner.update()
    assert owner.is_newer()
    assert owner.keeps()
    assert (owner.project / "notes with blanks é.md").read_text() == "ours \n"
    assert (owner.project / "logo.png").read_bytes() == bytes(range(256))
    assert (owner.project / "digits/ours.py").read_text() == "OURS = 1 \n"
    assert not list(owner.project.rglob("*.rej"))


def test_case_31_an_edit_of_the_same_lines_is_a_conflict_that_shows(
    own: Callable[..., Owner],
) -> None:
    owner = own()
    commit(owner.top)
    path = owner.project / "digits/engine/loop.py"
    path.write_text(path.read_text() + "\n\nOURS = True \n")
    commit(owner.top)
    owner.update()
    text = path.read_text()
    assert "OURS = True \n" in text
    assert "NEWER = True\n" in text


def test_case_37_line_ends_are_the_same_everywhere(
    own: Callable[..., Owner], settings: Path, tmp_path: Path
) -> None:
    owner = own()
    (owner.project / "slurm.sh").write_text("#!/bin/sh\ntrue\n")
    commit(owner.top)
    settings.write_text("[core]\n\tautocrlf = true\n")
    git(tmp_path, "clone", "--quiet", str(owner.project), "clone")
    for path in (tmp_path / "clone").rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            assert b"\r" not in path.read_bytes(), path


def test_case_30_a_file_that_the_new_version_drops_is_not_lost(
    versions: tuple[Path, Path], tmp_path: Path
) -> None:
    template = Path(shutil.copytree(versions[0], tmp_path / "template", symlinks=True))
    git(template, "rm", "--quiet", "template/layers/base/pkg/probe.py")
    commit(template, "v0.3.0")
    owner = Owner(tmp_path / "owner", versions[1])
    answers = owner.project / ".copier-answers.yml"
    text = re.sub(r"(?m)^_src_path: .*$", f"_src_path: {template}", answers.read_text())
    answers.write_text(text)
    path = owner.project / ".gitignore"
    path.write_text(path.read_text() + "probe.py\n")
    owner.edit()
    with pytest.raises(UserMessageError, match=r"digits/probe\.py is not tracked by git"):
        owner.update()
    assert (owner.project / "digits/probe.py").exists()
