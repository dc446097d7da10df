"""Why inputs are centred: where all are positive, a unit's weights can only all grow or all shrink at a step."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.data.batches import epoch_order
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.lab.sheet import Claim, Sheet, Table, between
from thalweg.layers.dense import Dense
from thalweg.losses.squared_error import SquaredError
from thalweg.network.sequential import Sequential
from thalweg.report.figures.style import Figure, axis, layout
from thalweg.train.observers import View
from thalweg.train.population import advance, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.types import Array
from thalweg.updates.sgd import SGD

EXAMPLES, STEPS = 200, 120
RATE = 0.3
WANTED = np.array([1.0, -1.0])  # the weights that made the targets: one has to grow, the other to shrink


class WeightWatch(NamedTuple):
    """Observes the weights of the one unit and their gradient at each step."""

    def measure(self, view: View) -> dict[str, Array]:
        """Return the weights before the step and their gradient, (2,) each."""
        return {"at": view.before["dense_1"]["w"][:, 0], "gradient": view.gradients["dense_1"]["w"][:, 0]}


class Path(NamedTuple):
    """The course of the two weights."""

    title: str
    at: np.ndarray  # (steps, 2) weights before each step
    gradient: np.ndarray  # (steps, 2)

    @property
    def same_sign(self) -> float:
        """Share of the steps at which both components of the gradient have one sign."""
        return float(np.mean(self.gradient[:, 0] * self.gradient[:, 1] > 0))

    @property
    def detour(self) -> float:
        """Length of the path, in units of the straight line between its ends."""
        steps = np.diff(self.at, axis=0)
        return float(np.linalg.norm(steps, axis=1).sum() / np.linalg.norm(self.at[-1] - self.at[0]))

    @property
    def distance(self) -> float:
        """How far from the wanted weights it ends."""
        return float(np.linalg.norm(self.at[-1] - WANTED))


def zig_zag(seed: int = 0) -> Sheet:
    """Train one linear unit with two inputs, example by example, on positive inputs and on the same ones centred.

        f = w x + b,    L = 0.5 (t - f)^2,    dL/dw = (f - t) x

    Where both inputs are positive, both components of dL/dw have the sign of f - t.

    Args:
        seed: Of the inputs and the order of examples; 0 to 4294967295.

    Returns:
        The sheet.

    Raises:
        InputError: If the seed is out of its range.

    Source: CS231n notes, "Neural Networks Part 1", "Commonly used activation functions"; LeCun et al., "Efficient
    BackProp", 1998, section 4.3.
    """
    key = root(seed)
    x = np.random.default_rng(seed).uniform(0.0, 1.0, (EXAMPLES, 2))
    targets = (x - x.mean(axis=0)) @ WANTED
    positive = _trained("inputs from 0 to 1", x, targets, key, seed)
    centred = _trained("the same inputs, centred", x - x.mean(axis=0), targets, key, seed)
    return Sheet(
        name="zig-zag",
        title="The zig-zag path of positive inputs",
        seed=seed,
        headline=f"With positive inputs {positive.same_sign:.0%} of the steps move both weights the same way; "
        f"centred, {centred.same_sign:.0%}",
        words=(
            "A linear unit with two inputs learns from one example at a time. Of the weights that made the targets "
            "one is 1 and the other -1, so one has to grow and the other to shrink.",
            "The gradient of a weight is the error times the weight's input. Where all inputs are positive, such as "
            "the outputs of sigmoids below, it has the sign of the error for every weight: each step leads into the "
            "first or the third quadrant, and the path to the second or fourth is a zig-zag.",
            "Less their means, the same inputs have both signs, and steps lead everywhere. Over a batch the examples' "
            "gradients are added, which softens the effect.",
        ),
        claims=_claims(positive, centred),
        tables=(
            Table(
                f"After {STEPS} steps at a rate of {RATE}",
                ("inputs", "steps with one sign", "path, in straight lines", "distance from the wanted weights"),
                tuple(
                    (p.title, f"{p.same_sign:.0%}", f"{p.detour:.2f}", f"{p.distance:.3f}") for p in (positive, centred)
                ),
            ),
        ),
        figures=(_figure(positive, centred),),
        python=f"from thalweg.lab.zig_zag import zig_zag; sheet = zig_zag({seed})",
        source='CS231n notes, "Neural Networks Part 1".',
    )


def _claims(positive: Path, centred: Path) -> tuple[Claim, ...]:
    quadrants = np.sign(np.diff(positive.at, axis=0))
    moved = quadrants[(quadrants != 0).all(axis=1)]
    return (
        between(
            "Positive inputs: both weight gradients of a step have one sign.",
            positive.same_sign, 1.0, 1.0, form=".0%", expected="always",
        ),
        between(
            "Positive inputs: every step leads into the first or third quadrant.",
            float(np.mean(moved[:, 0] == moved[:, 1])), 1.0, 1.0, form=".0%", expected="always",
        ),
        between(
            "Centred: they have one sign about half of the time.",
            centred.same_sign, 0.35, 0.65, form=".0%", expected="about half",
        ),
        Claim(
            "The path of positive inputs is the longer one, measured in its own straight line.",
            f"more than {centred.detour:.2f}",
            f"{positive.detour:.2f}",
            positive.detour > centred.detour,
        ),
    )  # fmt: skip


def _trained(title: str, x: np.ndarray, targets: np.ndarray, key: Array, seed: int) -> Path:
    experiment = Experiment(Sequential((Dense(1),)), SquaredError(), update=SGD(RATE))
    with jax.enable_x64(True):
        member = start(learner_of(experiment), key, (2,), STEPS)
        params = {"dense_1": {"w": jnp.zeros((2, 1)), "b": jnp.zeros(1)}}
        members = population([member._replace(carry=member.carry._replace(params=params))])
        order = epoch_order(np.arange(EXAMPLES), seed=seed, ordinal=0, epoch=0, batch=1)
        batches = Batches(
            jnp.asarray(x),
            jnp.asarray(targets[:, None]),
            jnp.ones(EXAMPLES),
            jnp.asarray(order.index)[None],
            jnp.asarray(order.weight, jnp.float64)[None],
        )
        _, (seen,) = advance(members, batches, clock=0, count=STEPS, every=1, observers=(WeightWatch(),))
    return Path(title, *(np.asarray(seen[name])[0, :STEPS] for name in ("at", "gradient")))


def _figure(positive: Path, centred: Path) -> Figure:
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": path.at[:, 0],
            "y": path.at[:, 1],
            "name": path.title,
            "line": {"color": colour, "width": 1.5},
            "marker": {"color": colour, "size": 4, "symbol": symbol},
        }
        for path, colour, symbol in ((positive, "@orange", "circle"), (centred, "@blue", "square"))
    ]
    goal = {
        "type": "scatter",
        "mode": "markers",
        "x": WANTED[:1],
        "y": WANTED[1:],
        "name": "wanted",
        "marker": {"color": "@ink", "size": 12, "symbol": "x"},
    }
    return Figure(
        "path",
        "The path of the two weights",
        "From (0, 0) towards (1, -1). With positive inputs every step goes up and right or down and left, and the "
        f"path is {positive.detour:.1f} times as long as the way it made; centred, {centred.detour:.1f} times.",
        [*traces, goal],
        layout(
            axis("first weight", constrain="domain"),
            axis("second weight", scaleanchor="x", constrain="domain"),
            height=460,
            hovermode="closest",
        ),
    )
