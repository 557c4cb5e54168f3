"""The bundled images: written as files, once, and only where they belong."""

from dataclasses import replace
from pathlib import Path

from samples import make_settings

from pkg.data.fetch import FOLDER, obtain
from pkg.data.source import load_samples


def test_the_bundled_images_are_written_once() -> None:
    settings = replace(make_settings(), dataset_path=str(FOLDER))
    assert obtain(settings) == settings
    samples = load_samples(settings)
    assert len(samples.names) == 1797
    assert samples.output_names == [str(digit) for digit in range(10)]
    assert max(samples.read(samples.names[0]).tobytes()) > 200  # shades of 0 to 255, not of 0 to 16
    assert [entry.name for entry in FOLDER.parent.iterdir()] == [FOLDER.name]  # no draft left
    Path(FOLDER, "mine.txt").write_text("kept")
    obtain(settings)
    assert Path(FOLDER, "mine.txt").exists()
