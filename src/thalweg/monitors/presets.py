"""How much is measured, by what it costs: nothing, what a few percent of the time pay for, or all there is."""

import math
from typing import NamedTuple

from thalweg.errors import choose
from thalweg.monitors.activations import activation_monitor
from thalweg.monitors.histograms import HistogramMonitor
from thalweg.monitors.steps import StepMonitor
from thalweg.network.sequential import Sequential
from thalweg.train.observers import Observer, ProbeObserver
from thalweg.train.plan import EVERY, LOOK_SHARE

OFTEN = 10  # of `full`: one step in so many is recorded
PRESETS = ("none", "default", "full")


class Preset(NamedTuple):
    """Who looks on, and how often."""

    observers: tuple[Observer, ...]
    probes: tuple[ProbeObserver, ...]
    every: int  # steps from one record to the next, behind the first two hundred
    look_share: float  # of the work so far that looks inside may have made up


def preset(name: str, network: Sequential) -> Preset:
    """Return the monitors of a name. None of them changes training: the weights are the same bits with each.

    Args:
        name: "none"; "default", which takes a few percent of the time at most; "full", which looks inside at every
            evaluation and records every tenth step.
        network: Is looked into.

    Returns:
        The monitors.

    Raises:
        InputError: If there is no such preset.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> preset("none", Sequential((Dense(2),))).probes
        ()
    """
    choose(name, PRESETS, what="choice of monitors")
    if name == "none":
        return Preset((), (), EVERY, LOOK_SHARE)
    observers, probes = (StepMonitor(),), (activation_monitor(network), HistogramMonitor())
    return Preset(observers, probes, *((OFTEN, math.inf) if name == "full" else (EVERY, LOOK_SHARE)))
