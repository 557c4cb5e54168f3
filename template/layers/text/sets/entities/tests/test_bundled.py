"""The bundled sentences: drawn by the project, written once; a name alone says little."""

from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

from samples import make_settings

from pkg.data import sentences
from pkg.data.fetch import FILE, FOLDER, obtain
from pkg.data.source import load_rows


def test_the_bundled_sentences_are_written_once() -> None:
    settings = replace(make_settings(), dataset_path=str(FOLDER / FILE))
    assert obtain(settings) == settings
    columns = load_rows(settings).columns
    assert len(columns["tokens"]) == sentences.NUMBER == 5000
    first = sentences.draw(0)
    assert list(zip(columns["tokens"][0], columns["tags"][0], strict=True)) == first
    assert [entry.name for entry in FOLDER.parent.iterdir()] == [FOLDER.name]  # no draft left
    Path(FOLDER, "mine.txt").write_text("kept")
    obtain(settings)
    assert Path(FOLDER, "mine.txt").exists()


def test_tags_are_right_in_iob2() -> None:
    kinds = Counter[str]()
    for number in range(300):
        before = "O"
        for word, tag in sentences.draw(number):
            assert word == word.strip() != ""
            if tag.startswith("I-"):
                assert before[2:] == tag[2:]
            kinds[tag] += 1
            before = tag
    assert set(kinds) == {"O", *(f"{part}-{kind}" for part in "BI" for kind in sentences.SECOND)}


def test_a_name_stands_for_a_person_as_well_as_for_a_place_or_a_firm() -> None:
    tags = defaultdict[str, Counter[str]](Counter)
    for number in range(1500):
        for word, tag in sentences.draw(number):
            tags[word][tag] += tag.startswith("B-")
    names = [tags[name] for name in sentences.NAMES if tags[name].total() >= 8]
    assert len(names) > 50
    usual = sum(each.most_common(1)[0][1] for each in names) / sum(x.total() for x in names)
    assert usual < 0.6, "the most frequent meaning of a name would nearly do"


def test_sentences_depend_on_their_number_alone() -> None:
    assert sentences.draw(7) == sentences.draw(7) != sentences.draw(8)
