"""Outlines of COCO: what is found, and what is refused."""

import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pkg.data.settings import DataSettings
from pkg.data.source import load_samples
from pkg.engine.errors import UserError

LEFT, SMALL = [0, 0, 2, 0, 2, 4, 0, 4], [1, 1, 2, 1, 2, 2, 1, 2]  # corners in pixels
# Each line of the image that is filled, as run lengths: outside and inside, column by column.
LAST = {"size": [4, 4], "counts": [12, 4]}


def annotation(id_: int, category: int, segmentation: Any) -> dict[str, Any]:
    return {"id": id_, "image_id": 1, "category_id": category, "segmentation": segmentation}


@pytest.fixture
def settings(tmp_path: Path) -> DataSettings:
    """Return settings for two images of 4 x 4 pixels, one of them without objects."""
    for name in "ab":
        Image.new("L", (4, 4)).save(tmp_path / f"{name}.png")
    sizes = {"width": 4, "height": 4}
    content = {
        "images": [{"id": k, "file_name": f"{'ab'[k - 1]}.png", **sizes} for k in (1, 2)],
        "annotations": [
            annotation(1, 5, [SMALL]),
            annotation(2, 9, [LEFT]),
            annotation(3, 5, LAST),
        ],
        "categories": [{"id": 9, "name": "lake"}, {"id": 5, "name": "boat"}],
    }
    (tmp_path / "annotations.json").write_text(json.dumps(content))
    return DataSettings(dataset_path=str(tmp_path), input_shape=[3, 4, 4])


def test_outlines_become_classes_and_the_smaller_is_in_front(settings: DataSettings) -> None:
    samples = load_samples(settings)
    assert samples.output_names == ["background", "boat", "lake"]
    wanted = [[2, 2, 0, 1], [2, 1, 0, 1], [2, 2, 0, 1], [2, 2, 0, 1]]
    assert samples.targets[0].read().tolist() == wanted
    assert samples.targets[1].read().tolist() == [[0] * 4] * 4
    assert samples.read_sample(0).masks.tolist() == [wanted]


def test_worker_processes_get_the_same_samples(settings: DataSettings) -> None:
    samples = load_samples(settings)
    again = pickle.loads(pickle.dumps(samples))
    assert all(a.equal(b) for a, b in zip(samples[[0, 1]], again[[0, 1]], strict=True))


def test_class_names_set_the_order(settings: DataSettings) -> None:
    names = ["lake", "boat", "background"]
    samples = load_samples(replace(settings, class_names=names))
    assert samples.targets[0].read().tolist()[0] == [0, 0, 2, 1]
    with pytest.raises(UserError, match=r"data\.class_names lacks \['background', 'boat'\]"):
        load_samples(replace(settings, class_names=["lake"]))


def test_an_outline_that_is_none_is_named(settings: DataSettings) -> None:
    path = Path(settings.dataset_path) / "annotations.json"
    content = json.loads(path.read_text())
    content["annotations"][2]["segmentation"]["counts"] = [3]
    path.write_text(json.dumps(content))
    with pytest.raises(UserError, match=r"a\.png: .*annotation 3: .* sum to 3, not to 4 x 4"):
        load_samples(settings).read_sample(0)


def test_other_data_are_refused(settings: DataSettings) -> None:
    place = r"data\.dataset_path: .*"
    with pytest.raises(UserError, match=f"{place}does not exist"):
        load_samples(replace(settings, dataset_path="nowhere"))
    Path(settings.dataset_path, "annotations.json").write_text("[]")
    with pytest.raises(UserError, match=f"{place}is a list"):
        load_samples(settings)
