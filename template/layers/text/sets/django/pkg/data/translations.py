"""Translations of django's own texts, which its package carries as .po files."""

import re
from collections.abc import Iterable, Iterator

from .wheel import Wheel, read_wheel

WHEEL = Wheel(
    "django",
    "5.2.19",
    "5965d974a5218a2b68a11dd1276434707f23886525c23f0598eccedaf4f4ca00",
    "8 MB",
)
LICENSE = "django-5.2.19.dist-info/licenses/LICENSE"
CATALOGUES = (  # folder of an application, and name of a file
    ("django/conf", "django"),
    *(
        (f"django/contrib/{name}", "django")
        for name in (
            *("admin", "admindocs", "auth", "contenttypes", "flatpages", "gis", "humanize"),
            *("postgres", "redirects", "sessions", "sites"),
        )
    ),
    ("django/contrib/admin", "djangojs"),
)
FIELD = re.compile(r'(msgctxt|msgid|msgid_plural|msgstr)(?:\[(\d)\])? "(.*)"')
ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}  # what stands behind a backslash; else itself

Pair = tuple[str, str]  # a text in English, and its translation


def download(languages: Iterable[str]) -> tuple[dict[str, list[Pair]], bytes]:
    """Return the translations of each language, and the licence that all are under.

    Raises:
        UserError: the package cannot be downloaded, or is not the one that it was.
    """
    paths = {language: list(paths_of(language)) for language in languages}
    files = read_wheel(WHEEL, [LICENSE, *(path for each in paths.values() for path in each)])
    found = {
        language: [pair for path in each for pair in read_catalogue(files[path])]
        for language, each in paths.items()
    }
    return found, files[LICENSE]


def paths_of(language: str) -> Iterator[str]:
    """Yield the paths of a language's files in the package."""
    for folder, name in CATALOGUES:
        yield f"{folder}/locale/{language}/LC_MESSAGES/{name}.po"


def read_catalogue(content: bytes) -> Iterator[Pair]:
    """Yield the translations in a .po file; of a text with plural forms, the first and the last.

    What has no translation, or a doubtful one (fuzzy), is left out.
    """
    for entry in re.split(r"\n\s*\n", content.decode("utf-8").replace("\r\n", "\n")):
        if re.search(r"^#,.*\bfuzzy\b", entry, re.MULTILINE):
            continue
        fields = read_entry(entry)
        forms = sorted(name for name in fields if name.startswith("msgstr"))
        if not forms or not fields.get("msgid"):
            continue  # a comment, or the head of the file
        pairs = [(fields["msgid"], fields[forms[0]])]
        if "msgid_plural" in fields:
            pairs.append((fields["msgid_plural"], fields[forms[-1]]))
        yield from ((text, translation) for text, translation in pairs if translation)


def read_entry(entry: str) -> dict[str, str]:
    """Return the texts of an entry by their names, such as msgid, msgstr and msgstr1."""
    fields, name = dict[str, str](), ""
    for line in entry.splitlines():
        if match := FIELD.fullmatch(line.strip()):
            name = match[1] + (match[2] or "")
            fields[name] = unescape(match[3])
        elif line.startswith('"') and name:
            fields[name] += unescape(line.strip()[1:-1])
    return fields


def unescape(text: str) -> str:
    """Return a text as it is meant between the quotes of a .po file."""
    return re.sub(r"\\(.)", lambda match: ESCAPED.get(match[1], match[1]), text)


def on_one_line(text: str) -> str:
    """Return a text without line breaks, tabs and blanks in a row."""
    return " ".join(text.split())
