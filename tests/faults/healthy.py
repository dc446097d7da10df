"""Healthy runs: ordinary ones by the hundred."""

from typing import Any, NamedTuple

from tests.faults.setups import Setup, with_settings
from tests.faults.tasks import TASKS, dense
from thalweg.activations.tanh import Tanh
from thalweg.network.presets.dense import dense_network
from thalweg.penalties.l2 import L2
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.warmup import Warmup
from thalweg.updates.adam import Adam
from thalweg.updates.momentum import Momentum
from thalweg.updates.sgd import SGD

RATES = 3  # of each rule, a factor of two apart
TWICE = 2  # seeds of each


class Healthy(NamedTuple):
    """A run with nothing wrong."""

    name: str
    setup: Setup
    seeds: tuple[int, ...] = ()  # () for those that are asked for
    reason: str = ""  # why it looks ill; "" for an ordinary one


def ordinary() -> tuple[Healthy, ...]:
    """Every task by four networks and rules, three rates and two seeds of each."""
    return tuple(
        Healthy(
            f"{task}: {what}, rate {step.rate:g}", Setup(task, with_settings(TASKS[task].experiment, settings)), seeds
        )
        for task in TASKS
        for what, rule, settings in _kinds(task)
        for step, seeds in _rates(rule)
        for settings in [{**settings, "update": step}]
    )


def _kinds(task: str) -> tuple[tuple[str, Any, dict[str, Any]], ...]:
    base = TASKS[task].experiment
    outputs = base.network.layers[-1].units
    twice = 2 * int(base.training.epochs)
    return (
        ("its own network, adam", base.update, {}),
        ("64 ReLU units, momentum", Momentum(0.02), {"network": dense(64, outputs=outputs)}),
        (
            "two layers of 32 tanh units, sgd",
            SGD(0.1),
            {"network": dense(32, 32, function=Tanh(), outputs=outputs), "training.epochs": twice},
        ),
        (
            "dropout, penalty, warm-up and cosine",
            Adam(2e-3),
            {
                "network": dense_network(outputs, hidden=(64, 64), drop=0.1),
                "penalty": L2(1e-3),
                "schedule": Warmup(0.05, Cosine()),
            },
        ),
    )


def _rates(rule: Any) -> list[tuple[Any, tuple[int, ...]]]:
    around = [type(rule)(float(f"{float(rule.rate) * 2.0 ** (k - 1):.3g}")) for k in range(RATES)]
    return [(step, tuple(TWICE * k + j for j in range(TWICE))) for k, step in enumerate(around)]
