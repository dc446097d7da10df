"""From a history's records to named series: the one place that knows how monitors name what they measure.

A record's name is "<observer>/<measure>" or "<observer>/<measure>/<tensor or layer>", such as
"0/update_ratio/dense_1/w". The report shows the first member of a population.
"""

from typing import Any, NamedTuple

import numpy as np

from thalweg.train.history import History

MOST_POINTS = 800  # of a curve: more than a screen has pixels for, and a page stays small


class Series(NamedTuple):
    """One quantity over time."""

    at: np.ndarray  # (n,) steps or epochs
    values: np.ndarray  # (n,) float64; may hold NaN and infinities


class Deaths(NamedTuple):
    """When each unit of one rectified layer was last at work."""

    at: np.ndarray  # (n,) steps of the looks
    last: np.ndarray  # (units,) step of the last look at which it was active; -1 for never

    def dead(self) -> np.ndarray:
        """Return the share of units (n,) that are active at no look from each one on."""
        return (self.last[None, :] < self.at[:, None]).mean(axis=1)


class Histograms(NamedTuple):
    """Histograms of one tensor or layer over time."""

    at: np.ndarray  # (n,) steps
    counts: np.ndarray  # (n, bins)
    ends: np.ndarray  # (n, 2) of the first bin and of the last
    not_finite: np.ndarray  # (n,) entries in no bin


def of_steps(history: History, measure: str) -> dict[str, Series]:
    """Return what was measured at steps.

    Args:
        history: Of the run.
        measure: Such as "data_loss" or "update_ratio".

    Returns:
        By tensor, in the order of the record; {"": series} for a measure of the step itself; {} for none.
    """
    return _read(history.step_table(), measure)


def of_probes(history: History, measure: str) -> dict[str, Series]:
    """Return what was measured on the probe set, by layer.

    Args:
        history: Of the run.
        measure: Such as "std" or "dead_share".

    Returns:
        By layer; those that have no finite value, such as the dead share of a dense layer, are left out.
    """
    series = _read(history.probe_table(), measure)
    return {layer: s for layer, s in series.items() if np.isfinite(s.values).any()}


def of_deaths(history: History) -> dict[str, Deaths]:
    """Return when each unit of rectified layers was last active on the probe set.

    A unit that is active at the last look is alive; any other died between its last look and the next one.

    Args:
        history: Of the run.

    Returns:
        By layer; {} where nothing was looked at. Looks at another network, which had no such layer, are left out.
    """
    table, found = history.probe_table(), {}
    for name, values in table.items():
        before, kind, layer = name.partition("/active/")
        if kind and before.isdigit() and values.ndim == 3:
            known = np.isfinite(values[:, 0]).all(axis=1)
            at, active = table["step"][known], values[known, 0] > 0
            found[layer] = Deaths(at, np.where(active, at[:, None], -1).max(axis=0))
    return found


def of_histograms(history: History, part: str) -> dict[str, Histograms]:
    """Return histograms taken on the probe set.

    Args:
        history: Of the run.
        part: "weight", "output" or "gradient".

    Returns:
        By tensor or layer; {} for none. Looks at another network, which had no such tensor, are left out.
    """
    table, found = history.probe_table(), {}
    for name, values in table.items():
        before, kind, tensor = name.partition(f"/{part}_counts/")
        if not (kind and before.isdigit() and values.ndim == 3):
            continue
        ends, not_finite = (table.get(f"{before}/{part}_{field}/{tensor}") for field in ("ends", "not_finite"))
        if ends is None or not_finite is None or ends.shape != (*values.shape[:2], 2):
            continue
        known = np.isfinite(values[:, 0]).all(axis=1)
        columns = (column[known].astype(np.float64) for column in (values[:, 0], ends[:, 0], not_finite[:, 0]))
        found[tensor] = Histograms(table["step"][known], *columns)
    return found


def of_evaluations(history: History, field: str) -> Series:
    """Return a field of the evaluations over epochs.

    Args:
        history: Of the run.
        field: A name in `Evaluation` that holds a number a member.

    Returns:
        The series, empty where there are no evaluations.
    """
    table = history.evaluation_table()
    if not table:
        return Series(np.zeros(0), np.zeros(0))
    return Series(table["epoch"].astype(np.float64), table[field][:, 0].astype(np.float64))


def in_order(series: dict[str, Any], layers: tuple[str, ...]) -> dict[str, Any]:
    """Return what there is of each layer in the order of the network, and in a layer the weights before the biases.

    Args:
        series: Anything by layer, or by tensor: "dense_1/w".
        layers: Names in the order of the network; others follow.

    Returns:
        The same, sorted.
    """
    known = [*layers, *(name.partition("/")[0] for name in series)]

    def place(name: str) -> tuple[int, bool]:
        layer, _, tensor = name.partition("/")
        return (known.index(layer), tensor == "b")

    return {name: series[name] for name in sorted(series, key=place)}


def thinned(series: Series) -> Series:
    """Return at most `MOST_POINTS` points, evenly chosen, the first and last among them."""
    if len(series.at) <= MOST_POINTS:
        return series
    chosen = np.unique(np.linspace(0, len(series.at) - 1, MOST_POINTS).round().astype(int))
    return Series(series.at[chosen], series.values[chosen])


def _read(table: dict[str, np.ndarray], measure: str) -> dict[str, Series]:
    found = {}
    for name, values in table.items():
        observer, _, rest = name.partition("/")
        kind, _, tensor = rest.partition("/")
        if kind == measure and observer.isdigit() and values.ndim == 2 and tensor not in found:
            found[tensor] = Series(table["step"], values[:, 0].astype(np.float64))
    return found
