"""Inputs of unlike or unsuitable size."""

from collections.abc import Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import SURE, Change
from thalweg.preprocess.arrays import NoPreprocessing, Standardize
from thalweg.preprocess.table import TableEncoding
from thalweg.spec import replaced


def inputs(case: Case) -> Iterator[Change]:
    """Yield the experiment with standardised inputs, where the check of the inputs failed.

    Source: CS231n notes, "Neural Networks Part 2", "Data preprocessing".
    """
    check = case.checks.get("scaled inputs")
    if check is None or check.passed:
        return
    before = case.experiment.preprocess
    if isinstance(before, TableEncoding):
        after = replaced(before, numeric=Standardize())
    elif isinstance(before, NoPreprocessing):
        after = Standardize()
    else:
        after = (*(before if isinstance(before, tuple) else (before,)), Standardize())
    yield Change(
        cause="unscaled_inputs",
        text="inputs standardised",
        said="the inputs are not scaled",
        remedy="Centre and scale the inputs with the training rows' mean and deviation.",
        experiment=replaced(case.experiment, preprocess=after),
        before=case.experiment,
        weight=SURE,
    )
