"""Whether an update can keep what the owner wrote: it can if git can tell what that is.

`copier update` writes the new version over the project and then brings the owner's edits back
as a patch from git. A rendered file that git does not track has no such patch: its edits would
be gone, and the file itself if the new version has it no more. Some settings of git keep the
patch from being applied. All of that is found out before anything is written.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from .layers import LAYERS, PACKAGE, ROOT

# Settings under which edits are dropped or changed, or their rejects are not seen by Copier.
SETTINGS = {
    "apply.whitespace": (("error", "error-all", "fix", "strip"), "nowarn"),
    "apply.ignorewhitespace": (("change",), "no"),
    "status.showuntrackedfiles": (("no", "false"), "normal"),
}
FOLDERS = (PACKAGE, "tests", "configs", ".github")  # of a project; other files lie at its top
SEEN = "HMRCK?"  # what `git ls-files -v` calls files that git compares with the index


def losses(project: Path, commit: str, package: str) -> Iterator[str]:
    """Yield each reason why an update would lose edits, with what to do about it.

    Args:
        project: The folder of the project.
        commit: The version of the template that it was made with.
        package: The name of its package.
    """
    for name, (values, better) in SETTINGS.items():
        if (value := git(project, "config", "--get", name).strip().lower()) in values:
            told = f"git is set to {name}={value}, with which an update would lose edits of yours: "
            yield f"{told}run `git config {name} {better}` in the project, and update again"
    marks = {line[2:]: line[0] for line in listing(git(project, "ls-files", "-v", "-z"))}
    files = [name for name in sorted(rendered(commit, package)) if (project / name).is_file()]
    if missed := [name for name in files if name not in marks]:
        rule = git(project, "check-ignore", "-v", "--", missed[0]).partition("\t")[0]
        told = f"{counted(missed)} not tracked by git{f' (ignored by {rule})' if rule else ''}, so "
        told += "an update would lose your edits there: `git add --force` such files"
        yield f"{told}, commit, and update again"
    if hidden := [name for name in files if marks.get(name, "H") not in SEEN]:
        told = f"{counted(hidden)} hidden from git, so an update would lose your edits there: run "
        flags = "--no-assume-unchanged --no-skip-worktree"
        yield f"{told}`git update-index {flags} {hidden[0]}`, commit, and update again"


def rendered(commit: str, package: str) -> set[str]:
    """Return every path that this version of the template, or the one of `commit`, may write."""
    named = ("--end-of-options", commit, LAYERS)
    old = listing(git(ROOT, "ls-tree", "-r", "-z", "--name-only", *named))
    new = [path.relative_to(ROOT).as_posix() for path in (ROOT / LAYERS).rglob("*")]
    return {place_of(part, package) for part in (*old, *new)}


def place_of(part: str, package: str) -> str:
    """Return where a file of a layer lies in the project."""
    parts = part.split("/")
    top = next((index for index, each in enumerate(parts) if each in FOLDERS), len(parts) - 1)
    return "/".join(package if each == PACKAGE else each for each in parts[top:])


def git(folder: Path, *arguments: str) -> str:
    """Return what git says; nothing where it fails."""
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.stdout.decode(errors="surrogateescape") if done.returncode == 0 else ""


def listing(text: str) -> list[str]:
    """Return the names that git separates by zero bytes."""
    return [name for name in text.split("\0") if name]


def counted(names: list[str]) -> str:
    """Return the first name and how many there are."""
    if len(names) == 1:
        return f"{names[0]} is"
    return f"{names[0]} and {len(names) - 1} more are"
