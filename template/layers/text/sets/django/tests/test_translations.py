"""Files of translations (.po), read as they are meant."""

from pkg.data.translations import on_one_line, read_catalogue

CATALOGUE = r"""# SPDX
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"

#. a hint
msgctxt "month"
msgid "May"
msgstr "Mai"

#, python-format
msgid ""
"Two lines: %(name)s "
"\"quoted\"\n"
msgstr ""
"Zwei Zeilen: %(name)s "
"\"in Anführung\"\n"

#, fuzzy
msgid "doubtful"
msgstr "fraglich"

msgid "open"
msgstr ""

msgid "one file"
msgid_plural "%d files"
msgstr[0] "eine Datei"
msgstr[1] "%d Dateien"

#~ msgid "gone"
#~ msgstr "weg"
"""


def test_a_catalogue_gives_its_translations() -> None:
    assert list(read_catalogue(CATALOGUE.encode())) == [
        ("May", "Mai"),
        ('Two lines: %(name)s "quoted"\n', 'Zwei Zeilen: %(name)s "in Anführung"\n'),
        ("one file", "eine Datei"),
        ("%d files", "%d Dateien"),
    ]
    windows = CATALOGUE.replace("\n", "\r\n").encode()
    assert list(read_catalogue(windows)) == list(read_catalogue(CATALOGUE.encode()))


def test_a_text_comes_to_one_line() -> None:
    assert on_one_line(" a\tb\n c ") == "a b c"
