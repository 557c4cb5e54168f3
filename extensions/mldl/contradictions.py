"""What cannot be true together: answers that fit alone but not with each other."""

from collections.abc import Callable, Iterator

from .catalog import Row, choices, find, offered, summary
from .catalog.inference import MODALITY, infer
from .catalog.spelling import nearest_to, purpose
from .folders import check_folders
from .goals import check_goal, check_length
from .problems import Answers, Problem, contradiction, nearest, shown
from .shapes import (
    check_backbone,
    check_bundled,
    check_columns,
    check_image,
    check_patches,
    check_shapes,
    check_steps,
    check_width,
)
from .sources import check_facts, check_loader, check_path, check_source


def check(answers: Answers) -> list[Problem]:
    """Return everything that does not fit together."""
    refusals = list(refuse_cell(answers))
    if refusals:
        return refusals[:1]  # the rest would be judged against a cell that is not there
    row = find(answers["task"], answers["modality"], answers["architecture"])
    assert row is not None
    return [problem for each in CHECKS for problem in each(answers, row)]


def refuse_cell(answers: Answers) -> Iterator[Problem]:
    """Find what is wrong with the cell itself."""
    task, modality = answers["task"], answers["modality"]
    architecture = answers["architecture"]
    if task in choices.LATER_TASKS:
        message = f"{task} is not offered yet: this version has {summary()}"
        yield Problem("out_of_range", "task", message)
    elif not offered(task, modality):
        sign = infer(MODALITY, answers)
        key = sign.key if sign.follows == modality else "modality"
        message = f"{task} of {modality} is not offered yet: this version has {summary()}"
        yield Problem("out_of_range", key, message)
    elif find(task, modality, architecture) is None:
        names = [row.architecture for row in offered(task, modality)]
        if near := nearest_to(task, architecture):
            message = f"{architecture} is not offered: {near.name} is nearest ({near.reason})"
            yield contradiction("architecture", "task", message)
            return
        found, key = purpose(architecture, modality)
        message = f"{architecture} is for {found}, not for {task} of "
        message += f"{modality}s: {nearest(architecture, names)}"
        yield contradiction("architecture", key, message)


def check_objective(answers: Answers, row: Row) -> Iterator[Problem]:
    """The objective and the metric belong to the row."""
    objective, metric = answers["objective"], answers["target_metric"]
    if objective not in row.objectives:
        able = [each for each in offered(row.task, row.modality) if objective in each.objectives]
        message = f"{objective} is not an objective of {row.task} of {row.modality}s: "
        message += nearest(objective, row.objectives)
        if able:
            others = " or ".join(each.architecture for each in able)
            message = f"{row.architecture} is not for {objective}: take {others}"
        yield contradiction("objective", "architecture" if able else "task", message)
    elif metric and metric not in row.metrics[objective]:
        names = row.metrics[objective]
        message = f"{metric} does not measure {row.task}: choose from {', '.join(names)}"
        yield contradiction("target_metric", "task", message)
    else:
        names = row.monitors(objective)
        if answers["monitor"] not in names:
            message = f"{answers['monitor']} is not measured: choose from {', '.join(names)}"
            yield contradiction("monitor", "task", message)


def check_split(answers: Answers, row: Row) -> Iterator[Problem]:
    """The fractions for train, val and test make a whole, and none is empty."""
    fractions, samples = answers["train_val_test_split"], answers["num_samples"]
    key = "train_val_test_split"
    if len(fractions) != 3:
        message = f"must be three fractions, such as [0.7, 0.15, 0.15], not {shown(fractions)}"
        yield Problem("contradiction", key, message)
    elif min(fractions) > 0 and abs(sum(fractions) - 100) < 1e-6:
        remedy = f"write [{', '.join(f'{each / 100:g}' for each in fractions)}]"
        yield contradiction(key, f"{key}/2", "percentages are no fractions", remedy)
    elif min(fractions) <= 0:
        worst = fractions.index(min(fractions))
        message = f"every fraction must be above 0, not {fractions[worst]:g}"
        yield contradiction(key, f"{key}/{worst}", message)
    elif abs(sum(fractions) - 1) > 1e-6:
        message = f"the fractions add up to {sum(fractions):g}, not to 1"
        yield contradiction(key, f"{key}/2", message)
    elif samples is not None and min(fractions) * samples < 1:
        message = f"a fraction of {min(fractions):g} of {samples} samples is empty"
        yield contradiction(key, "num_samples", message)


def check_launch(answers: Answers, row: Row) -> Iterator[Problem]:
    """Launch files start what can be distributed."""
    for key in ("slurm", "kubernetes"):
        if answers[key] and not answers["distributed"]:
            message = "it launches several processes: set distributed to true, or leave it out"
            yield contradiction(key, "distributed", message)


Check = Callable[[Answers, Row], Iterator[Problem]]
CHECKS: tuple[Check, ...] = (
    check_objective,
    check_source,
    check_facts,
    check_loader,
    check_path,
    check_shapes,
    check_bundled,
    check_columns,
    check_image,
    check_steps,
    check_patches,
    check_width,
    check_backbone,
    check_split,
    check_folders,
    check_goal,
    check_length,
    check_launch,
)
