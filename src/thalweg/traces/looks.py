"""A trace seen at its evaluations alone."""

import numpy as np

from thalweg.traces.trace import CURVES, Trace


def at_evaluations(trace: Trace) -> Trace:
    """Return a trace with one row for each time that the network was evaluated.

    These are the rows with a validation loss or score; where there are none, those with a training loss; where there
    are none of these either, all. What was recorded of training since the row before is told by its mean, of single
    batches where there is nothing else, and the rate by its last value. Rows after the last evaluation are left out.

    Args:
        trace: Any trace.

    Returns:
        The shorter one; its tensors are as they were.

    Example:
        >>> from thalweg.traces.understand import understand
        >>> from thalweg.traces.table import table_of_records
        >>> records = [{"step": 1, "loss": 3.0}, {"step": 2, "loss": 1.0}, {"step": 2, "val_loss": 2.5}]
        >>> trace = at_evaluations(understand(table_of_records("log.json", "JSON records", records, ["", "", ""])))
        >>> trace.step.tolist(), trace.training_loss.tolist(), trace.validation_loss.tolist()
        ([2.0], [2.0], [2.5])
    """
    had = trace.recorded
    looked = had["validation_loss"] | had["validation_score"]
    looked = looked if looked.any() else had["training_loss"]
    ends = np.flatnonzero(looked if looked.any() else np.ones(len(trace.step), bool))
    curves, recorded = {}, {}
    for name in CURVES:
        values, there = trace.curve(name), had[name]
        if name.startswith("validation"):
            curves[name], recorded[name] = values[ends], there[ends]
        elif name == "rate":
            curves[name], recorded[name] = _last(values, there, ends)
        else:
            curves[name], recorded[name] = _means(values, there, ends)
    lacking = ~recorded["training_loss"]
    curves["training_loss"] = np.where(lacking, curves["batch_loss"], curves["training_loss"])
    recorded["training_loss"] = recorded["training_loss"] | recorded["batch_loss"]
    return trace._replace(step=trace.step[ends], epoch=trace.epoch[ends], recorded=recorded, **curves)


def _means(values: np.ndarray, there: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of the entries after the end before, up to each end; and where there are any."""
    starts = np.append(0, ends[:-1] + 1)
    there, values = there[: ends[-1] + 1], values[: ends[-1] + 1]
    with np.errstate(invalid="ignore", over="ignore"):  # a diverged run's
        sums = np.add.reduceat(np.where(there, values, 0.0), starts)
    counts = np.add.reduceat(there.astype(np.int64), starts)
    return np.divide(sums, counts, out=np.full(len(ends), np.nan), where=counts > 0), counts > 0


def _last(values: np.ndarray, there: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the last entry up to each end; and where there is one."""
    last = np.maximum.accumulate(np.where(there, np.arange(len(values)), -1))[ends]
    return np.where(last < 0, np.nan, values[last]), last >= 0
