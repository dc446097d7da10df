"""What training leaves to look back on."""

from typing import Any, NamedTuple

import numpy as np

from thalweg.trees import named_leaves

OF_ALL = ("epoch", "seconds")  # columns of the evaluations that have one number for all members


class Evaluation(NamedTuple):
    """The scores at one moment; arrays are (m,), one number a member."""

    epoch: float  # passes over the training part so far
    step: int
    running_loss: np.ndarray  # mean data loss over the epoch's steps so far, in training mode
    training_loss: np.ndarray  # on fixed training rows, in inference mode
    training_score: np.ndarray
    validation_loss: np.ndarray
    validation_score: np.ndarray
    penalty: np.ndarray  # of the parameters; NaN in a history from before it was kept
    better: np.ndarray  # bool: the best so far
    seconds: float  # since the run began, those of an interrupted part included


class History(NamedTuple):
    """All that was measured, in order. Adding gives a new one."""

    steps: tuple[dict[str, np.ndarray], ...] = ()  # each {"step": (rows,), name: (rows, m, ...)}
    probes: tuple[dict[str, np.ndarray], ...] = ()  # each {"step": (1,), name: (1, m, ...)}
    evaluations: tuple[Evaluation, ...] = ()

    def with_records(self, records: Any, steps: np.ndarray) -> "History":
        """Add what observers recorded in a chunk.

        Args:
            records: Leaves (m, rows, ...); rows past len(steps) are padding.
            steps: Number of each record's step, from 0.

        Returns:
            The longer history.
        """
        if not len(steps):
            return self
        # Copies: a view would keep the padding rows in memory, 256 for perhaps one that is used.
        table = {n: np.moveaxis(np.asarray(v), 1, 0)[: len(steps)].copy() for n, v in named_leaves(records).items()}
        return self._replace(steps=(*self.steps, {"step": np.asarray(steps), **table})) if table else self

    def with_probe(self, records: Any, step: int) -> "History":
        """Add what observers measured on the probe set.

        Args:
            records: Leaves (m, ...).
            step: Steps made before.

        Returns:
            The longer history.
        """
        table = {name: np.asarray(value)[None] for name, value in named_leaves(records).items()}
        return self._replace(probes=(*self.probes, {"step": np.array([step]), **table})) if table else self

    def with_evaluation(self, evaluation: Evaluation) -> "History":
        """Add an evaluation."""
        return self._replace(evaluations=(*self.evaluations, evaluation))

    def step_table(self) -> dict[str, np.ndarray]:
        """Return the step records as one table: {"step": (rows,), name: (rows, m, ...)}; {} for none.

        What was not measured throughout, for the network was another one, is NaN where it is missing.
        """
        return _joined(self.steps)

    def probe_table(self) -> dict[str, np.ndarray]:
        """Return the probe records as one table, as `step_table` does."""
        return _joined(self.probes)

    def looks(self) -> tuple[int, ...]:
        """Return after how many steps each look at the probe set was taken."""
        return tuple(int(step) for block in self.probes for step in block["step"])

    def until(self, step: int) -> "History":
        """Return what was known after `step` steps."""
        return History(
            steps=tuple(_rows(block, block["step"] < step) for block in self.steps if block["step"][0] < step),
            probes=tuple(_rows(block, block["step"] <= step) for block in self.probes if block["step"][0] <= step),
            evaluations=tuple(evaluation for evaluation in self.evaluations if evaluation.step <= step),
        )

    def evaluation_table(self) -> dict[str, np.ndarray]:
        """Return the evaluations as one table: numbers (rows,), arrays (rows, m)."""
        if not self.evaluations:
            return {}
        return {name: np.stack([getattr(e, name) for e in self.evaluations]) for name in Evaluation._fields}


def pack(history: History) -> dict[str, np.ndarray]:
    """Return a history as flat arrays for a file.

    Args:
        history: Of any length.

    Returns:
        Arrays by table and name, such as "steps|0/data_loss"; {} for an empty history.
    """
    tables = {"steps": history.step_table(), "probes": history.probe_table(), "evaluations": history.evaluation_table()}
    return {f"{table}|{name}": values for table, columns in tables.items() for name, values in columns.items()}


def unpack(arrays: dict[str, np.ndarray]) -> History:
    """Return the history that `pack` made flat.

    Args:
        arrays: What `pack` gave.

    Returns:
        The history, its records in one block.
    """
    tables: dict[str, dict[str, np.ndarray]] = {"steps": {}, "probes": {}, "evaluations": {}}
    for path, values in arrays.items():
        table, _, name = path.partition("|")
        tables[table][name] = values
    columns = tables["evaluations"]
    count = len(columns["step"]) if columns else 0
    if columns:
        columns.setdefault("penalty", np.full_like(columns["validation_loss"], np.nan))
    scalars = {"epoch": float, "step": int, "seconds": float}
    evaluations = tuple(
        Evaluation(**{name: scalars.get(name, np.asarray)(columns[name][row]) for name in Evaluation._fields})
        for row in range(count)
    )
    steps, probes = ((table,) if table else () for table in (tables["steps"], tables["probes"]))
    return History(steps, probes, evaluations)


def _joined(blocks: tuple[dict[str, np.ndarray], ...]) -> dict[str, np.ndarray]:
    patterns = {name: column for block in blocks for name, column in block.items()}
    return {
        name: np.concatenate([block[name] if name in block else _missing(block, column) for block in blocks])
        for name, column in patterns.items()
    }


def _rows(block: dict[str, np.ndarray], chosen: np.ndarray) -> dict[str, np.ndarray]:
    return block if chosen.all() else {name: column[chosen] for name, column in block.items()}


def _missing(block: dict[str, np.ndarray], like: np.ndarray) -> np.ndarray:
    return np.full((len(block["step"]), *like.shape[1:]), np.nan, like.dtype)
