"""The race: every update rule from one place, on a valley, a saddle and Beale's surface."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

from thalweg.catalogue import KINDS
from thalweg.lab.sheet import Claim, Sheet, Table
from thalweg.lab.surfaces import SURFACES, Surface
from thalweg.platform import jit
from thalweg.report.figures.style import COLOURS, DASHES, Figure, axis, layout
from thalweg.spec import replaced, traced
from thalweg.types import Array, UpdateRule
from thalweg.updates.muon import Muon

STEPS = 200
RATES = np.logspace(-4, 1.5, 56)  # each rule runs at the one that keeps it lowest on average
FRAMES = 50  # moments of the moving picture
SIDE = 60  # points along each side of a surface's picture
ABSENT = ("custom_update_rule",)  # the one that the user writes
LEFT = 0.5  # how far along it a rule has left the saddle

RACING = tuple(kind for kind in KINDS["update rule"] if kind not in ABSENT)


class Run(NamedTuple):
    """One rule on one surface, at its best rate."""

    kind: str
    rate: float
    path: np.ndarray  # (STEPS + 1, 2) the places, the start first
    heights: np.ndarray  # (STEPS + 1,)


def run_all() -> dict[str, tuple[Run, ...]]:
    """Return each rule's run on every surface, by the surface's name, in the catalogue's order of rules."""
    found: dict[str, list[Run]] = {surface.name: [] for surface in SURFACES}
    for kind in RACING:
        cls = KINDS["update rule"][kind]
        paths = np.asarray(_compiled_paths(traced(cls()), jnp.asarray(RATES, jnp.result_type(float))), float)
        for surface, of in zip(SURFACES, np.moveaxis(paths, 1, 0), strict=True):
            found[surface.name].append(_best(kind, surface, of))
    return {name: tuple(runs) for name, runs in found.items()}


def _paths(rule: UpdateRule, rates: Array) -> Array:
    """Return (rates, surfaces, STEPS + 1, 2)."""

    def path(rate, surface):
        made: Any = replaced(rule, rate=rate)
        transformation = made.build()
        start = _parameters(rule, jnp.array(surface.start))

        def height(params):
            return surface.height(_place(params))

        def step(carry, _):
            params, state = carry
            at = made.gradient_point(params, state) if hasattr(made, "gradient_point") else params
            value, slope = jax.value_and_grad(height)(at)
            told = isinstance(transformation, optax.GradientTransformationExtraArgs)
            objective = {"value": value, "grad": slope, "value_fn": height} if told else {}
            changes, state = transformation.update(slope, state, params, **objective)
            return (optax.apply_updates(params, changes), state), _place(params)

        ends: Any = lax.scan(step, (start, transformation.init(start)), length=STEPS)
        (last, _), places = ends
        return jnp.concatenate([places, _place(last)[None]])

    return jax.vmap(lambda rate: jnp.stack([path(rate, surface) for surface in SURFACES]))(rates)


_compiled_paths = jit(_paths)


def _parameters(rule: UpdateRule, place: Array) -> dict[str, Array]:
    # Muon treats weight matrices in a way of their own: the place is to it the weights of one unit with two inputs.
    # To all others it is no weight, so that a decay of weights does not pull at it.
    return {"w": place[:, None]} if isinstance(rule, Muon) else {"place": place}


def _place(params: Mapping[str, Array]) -> Array:
    return next(iter(params.values())).reshape(-1)


def _best(kind: str, surface: Surface, paths: np.ndarray) -> Run:
    heights = np.asarray(jax.vmap(jax.vmap(surface.height))(jnp.asarray(paths, jnp.result_type(float))), float)
    # The lowest on average, not the lowest at the end: that would reward a rate that creeps but never jitters.
    means = np.where(np.isfinite(heights), heights, np.inf).mean(axis=1)
    k = int(np.argmin(means))
    return Run(kind, float(RATES[k]), paths[k], heights[k])


def race() -> Sheet:
    """Let all update rules run on three surfaces, each from one start.

    Each runs at the rate of 56 that keeps it lowest on average over 200 steps. Nothing is drawn at random.

    Returns:
        The sheet.

    Source: CS231n notes, "Neural Networks Part 3", "Parameter updates"; the animations by Radford there.
    """
    runs = run_all()
    fast, slow = _steps_to_leave(runs["saddle"], "rmsprop"), _steps_to_leave(runs["saddle"], "sgd")
    return Sheet(
        name="race",
        title="The race of the update rules",
        seed=None,
        headline=f"RMSprop leaves the saddle after {fast} steps, plain gradient descent after {slow}",
        words=(
            "The update rules start from the same place on three surfaces and make 200 steps, each at the rate of 56 "
            "between 0.0001 and 32 that keeps it lowest on average. All gradients are exact: no mini-batches.",
            "The valley is 50 times as steep across as along. A rate that is not too large across is small along, so "
            "plain gradient descent creeps; a velocity adds up along it, and overshoots the bottom.",
            "The saddle is steep in one direction and nearly flat where the way out begins. Rules that scale each "
            "parameter's step by its own gradients take the flat direction as seriously as the steep one.",
            "Beale's surface has steep walls around flat ground, so that one rate suits hardly any two places.",
            "Rules whose steps do not shrink with the gradient, such as RMSprop, Lion and Muon, come down fast and "
            "then jitter around the bottom: that is what a falling rate is for.",
            "What runs here is a place, not a weight, so that no decay pulls at it: AdamW's path is Adam's. Muon, a "
            "rule for matrices, alone has it as the weights of one unit with two inputs. Such a matrix is made "
            "orthogonal by giving it a length near 1, so that Muon walks along its velocity in steps of about the "
            "rate, and with no decay.",
        ),
        claims=_claims(runs),
        tables=tuple(_table(surface, runs[surface.name]) for surface in SURFACES),
        figures=tuple(_figure(surface, runs[surface.name]) for surface in SURFACES),
        python="from thalweg.lab.race import race; sheet = race()",
        source='CS231n notes, "Neural Networks Part 3", "Parameter updates".',
    )


def _run(runs: tuple[Run, ...], kind: str) -> Run:
    return next(run for run in runs if run.kind == kind)


def _steps_to_leave(runs: tuple[Run, ...], kind: str) -> int:
    gone = np.abs(_run(runs, kind).path[:, 1]) > LEFT
    return int(np.argmax(gone)) if gone.any() else STEPS + 1


def _steps_to_bottom(surface: Surface, run: Run) -> int:
    """Return the first step from which on a hundredth of the height at the start is left."""
    above = run.heights - surface.low > 0.01 * (run.heights[0] - surface.low)
    return int(len(above) - np.argmax(above[::-1])) if above.any() else 0


def _claims(runs: dict[str, tuple[Run, ...]]) -> tuple[Claim, ...]:
    valley, saddle = runs["valley"], runs["saddle"]
    away = {kind: _steps_to_leave(saddle, kind) for kind in ("sgd", "rmsprop", "adagrad", "adam")}
    creep, roll, ahead = (_steps_to_bottom(SURFACES[0], _run(valley, k)) for k in ("sgd", "momentum", "nesterov"))
    beyond = {k: float(_run(valley, k).path[:, 0].max()) for k in ("sgd", "momentum")}
    lowest = [run for run in valley if run.heights.min() < 0.05 * run.heights[0]]
    return (
        *(
            Claim(
                f"{kind} leaves the saddle before plain gradient descent does.",
                f"before step {away['sgd']}",
                f"step {away[kind]}",
                away[kind] < away["sgd"],
            )
            for kind in ("rmsprop", "adagrad", "adam")
        ),
        Claim("A velocity crosses the valley's length sooner.", f"before step {creep}", f"step {roll}", roll < creep),
        Claim("So does Nesterov's.", f"before step {creep}", f"step {ahead}", ahead < creep),
        Claim(
            "The velocity overshoots the bottom, plain descent does not.",
            "beyond 0 and not beyond 0",
            f"{beyond['momentum']:.2f} and {beyond['sgd']:.2f}",
            beyond["momentum"] > 0.01 >= beyond["sgd"],
        ),
        Claim(
            "Every rule comes down the valley, to a twentieth of its height.",
            f"{len(valley)} of {len(valley)}",
            f"{len(lowest)} of {len(valley)}",
            len(lowest) == len(valley),
        ),
    )


def _table(surface: Surface, runs: tuple[Run, ...]) -> Table:
    rows = []
    for run in runs:
        steps = _steps_to_bottom(surface, run)
        reached = str(steps) if steps <= STEPS else "not within 200"
        rows.append((run.kind, f"{run.rate:.2g}", f"{run.heights[-1] - surface.low:.1e}", reached))
    head = ("rule", "best rate", "height above the bottom after 200 steps", "steps to a hundredth of the start's")
    return Table(f"{surface.name[:1].upper()}{surface.name[1:]}: {surface.formula}", head, tuple(rows))


def _figure(surface: Surface, runs: tuple[Run, ...]) -> Figure:
    across, along = (np.linspace(*ends, SIDE) for ends in (surface.across, surface.along))
    grid = np.stack(np.meshgrid(across, along), axis=-1)
    heights = np.asarray(jax.vmap(jax.vmap(surface.height))(jnp.asarray(grid, jnp.result_type(float))), float)
    ground = {
        "type": "contour",
        "x": across,
        "y": along,
        "z": np.log10(heights - surface.low + 1e-3),  # so that the floor shows lines too
        "colorscale": [[0, "@surface"], [1, "@grey"]],
        "contours": {"coloring": "heatmap", "showlabels": False},
        "line": {"color": "@line", "width": 0.5},
        "opacity": 0.6,
        "showscale": False,
        "hoverinfo": "skip",
    }
    moments = np.unique(np.round(np.geomspace(1, STEPS, FRAMES)).astype(int))
    best = min(runs, key=lambda run: run.heights[-1])
    return Figure(
        surface.name.split("'")[0].lower(),
        f"{surface.name[:1].upper()}{surface.name[1:]}: the paths",
        f"All rules start at ({surface.start[0]:g}, {surface.start[1]:g}); lowest after {STEPS} steps is {best.kind}. "
        "Move the slider, or press Play, to watch them go; a click on a name hides its path.",
        [ground, *(_path(run, k, STEPS, surface) for k, run in enumerate(runs))],
        layout(
            axis("first parameter", range=list(surface.across), constrain="domain"),
            axis("second parameter", range=list(surface.along)),
            height=620,
            hovermode="closest",
            legend={"orientation": "v", "x": 1.01, "y": 1, "xanchor": "left"},
            sliders=[_slider(moments)],
            updatemenus=[_buttons()],
        ),
        frames=tuple(
            {
                "name": str(moment),
                "data": [_places(run, int(moment), surface) for run in runs],
                "traces": list(range(1, len(runs) + 1)),
            }
            for moment in moments
        ),
    )


def _places(run: Run, moment: int, surface: Surface) -> dict[str, Any]:
    kept = run.path[: moment + 1]
    # What lies far outside the picture is left out; a line to it would only cross everything.
    for side, (low, high) in enumerate((surface.across, surface.along)):
        width = high - low
        kept = np.where(np.abs(kept - (low + high) / 2)[:, side : side + 1] > width, math.nan, kept)
    return {"x": kept[:, 0], "y": kept[:, 1]}


def _path(run: Run, k: int, moment: int, surface: Surface) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        **_places(run, moment, surface),
        "name": run.kind,
        "line": {"color": COLOURS[k % 8], "dash": DASHES[(k // 8) % 8], "width": 1.5},
        "marker": {"color": COLOURS[k % 8], "size": 3, "symbol": k % 8},
        "hovertemplate": f"{run.kind}: %{{x:.3g}}, %{{y:.3g}}<extra></extra>",
    }


def _slider(moments: np.ndarray) -> dict[str, Any]:
    steps = [
        {
            "label": str(moment),
            "method": "animate",
            "args": [[str(moment)], {"mode": "immediate", "frame": {"duration": 0, "redraw": False}}],
        }
        for moment in moments
    ]
    return {"active": len(moments) - 1, "steps": steps, "currentvalue": {"prefix": "step "}, "pad": {"t": 40}}


def _buttons() -> dict[str, Any]:
    how = {"fromcurrent": False, "frame": {"duration": 120, "redraw": False}, "transition": {"duration": 0}}
    stop = {"mode": "immediate", "frame": {"duration": 0, "redraw": False}}
    return {
        "type": "buttons",
        "direction": "left",
        "x": 0,
        "y": 1.02,
        "xanchor": "left",
        "yanchor": "bottom",
        "buttons": [
            {"label": "Play", "method": "animate", "args": [None, how]},
            {"label": "Pause", "method": "animate", "args": [[None], stop]},
        ],
    }
