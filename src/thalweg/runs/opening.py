"""What was read and what is to be done with it, in lines for a person."""

from collections.abc import Sequence

import numpy as np

from thalweg.data.source import Source
from thalweg.errors import shown
from thalweg.mixings.no_mixing import NoMixing
from thalweg.runs.examples import Examples
from thalweg.runs.summary import layer_table
from thalweg.spec import kind_of
from thalweg.train.prepare import Prepared
from thalweg.train.scores import METRICS
from thalweg.wording import counted

SHOWN_CLASSES = 8
SHOWN_LETTERS = 40  # of the name of a class or attribute


def data_lines(examples: Examples) -> tuple[str, ...]:
    """Say what was read and how it is divided.

    Args:
        examples: As read and split.

    Returns:
        Two lines.
    """
    source, split = examples.source, examples.split
    inputs = (
        counted(len(source.inputs), "input column")
        if isinstance(source.inputs, tuple)
        else f"{' x '.join(map(str, source.inputs.shape[1:]))} numbers an example"
    )
    task = f"regression of {shown(source.task.target)}"
    if source.task.kind == "classes":
        task = f"classes of {shown(source.task.target)}: {_listed(source.task.classes)}"
    if source.task.kind == "attributes":
        task = f"{counted(source.task.size, 'attribute')}: {_listed([a.name for a in source.task.attributes])}"
    return (
        f"{source.name}: {counted(len(source.targets), 'row')}, {inputs}; {task}",
        f"{counted(len(split.train), 'row')} to train on, {len(split.validation):,} to choose by, "
        f"{len(split.test):,} under seal until the end{_how_divided(source)}",
    )


def experiment_line(prepared: Prepared, metric: str) -> str:
    """Say what is trained, by which rule and for how long.

    Args:
        prepared: Gives the experiment.
        metric: What the best weights are chosen by.

    Returns:
        One line.
    """
    experiment = prepared.experiment
    layers = layer_table(experiment.network, prepared.x.shape[1:])
    loss, penalty, update, schedule = (
        kind_of(type(part)) for part in (experiment.loss, experiment.penalty, experiment.update, experiment.schedule)
    )
    training = experiment.training
    changes = ", ".join(kind_of(type(change)) for change in experiment.augment)
    images = f"images by {changes}; " if changes else ""
    mixed = "" if isinstance(experiment.mix, NoMixing) else f"mixed by {kind_of(type(experiment.mix))}; "
    names, parameters = " > ".join(name for name, _, _ in layers), sum(count for _, _, count in layers)
    return (
        f"{names} ({counted(parameters, 'parameter')}); {loss}, {penalty}; "
        f"{images}{mixed}{update}, {schedule}; batch {training.batch}, "
        f"at most {counted(int(training.epochs), 'epoch')}, patience {int(training.patience):,}; "
        f"best by {METRICS[metric].title}"
    )


def _how_divided(source: Source) -> str:
    if source.groups is not None:
        return f"; {counted(len(np.unique(source.groups)), 'group')}, each in one part"
    return "; later rows in later parts" if source.times is not None else ""


def _listed(names: Sequence[str]) -> str:
    more = len(names) - SHOWN_CLASSES
    return ", ".join(map(_cut, names[:SHOWN_CLASSES])) + (f" and {more} more" if more > 0 else "")


def _cut(name: str) -> str:
    return name if len(name) <= SHOWN_LETTERS else f"{name[:SHOWN_LETTERS]}..."
