"""What is found in an image, in plain numbers."""

from torch import Tensor

from ..boxes import Detections, Truth
from ..records import Record
from .matching import Matches, match_all

Outputs = Detections  # what the objective gives; of many images, or of one


def match_outputs(outputs: Outputs, truth: Truth) -> Matches:
    """Match what was found in all images [N, D] with what is there; see `match_all`."""
    return match_all(outputs, truth)


def list_objects(outputs: Outputs, shown: Tensor) -> list[tuple[int, Record]]:
    """Return class, score and box of the objects that are `shown`, bool [D], the surest first.

    Args:
        outputs: Detections of one image: boxes [D, 4] in pixels of the file, scores, labels [D].
        shown: Which of them to list.
    """
    columns = (outputs.labels, outputs.scores, outputs.boxes)
    rows = zip(*(values[shown].tolist() for values in columns), strict=True)
    return [(label, {"score": score, "box": box}) for label, score, box in rows]
