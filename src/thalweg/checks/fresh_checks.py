"""The checks that look into a fresh network and at its first steps, from a few compiled programs."""

from typing import Any, NamedTuple

import numpy as np

from thalweg.checks.examples_apart import examples_apart, is_suspect
from thalweg.checks.first_steps import take_first_steps, without_chance
from thalweg.checks.fresh_network import look_at, mixing_layers
from thalweg.checks.initial_scale import initial_scale, scale_points
from thalweg.checks.inputs_used import InputsTried, unread_inputs
from thalweg.checks.layers_inside import every_inside
from thalweg.checks.loss_of_examples import loss_of_examples
from thalweg.checks.parameters_move import parameters_move
from thalweg.checks.result import CheckResult
from thalweg.checks.some_rows import some_rows
from thalweg.checks.steps_descend import steps_descend
from thalweg.checks.tolerances import FRESH_FEWEST, FRESH_ROWS, FRESH_STEP_ROWS, FRESH_STEPS, FRESH_WORK
from thalweg.checks.units_alive import units_alive
from thalweg.checks.units_differ import units_differ
from thalweg.network.sequential import Sequential
from thalweg.network.work import example_work
from thalweg.train.evaluate import rows_together
from thalweg.train.prepare import Prepared
from thalweg.train.state import Member
from thalweg.trees import weights_of
from thalweg.types import Params
from thalweg.wording import counted

_FORWARD = 4  # times the network is gone through for each row looked at
_BACK = 3  # the same for a gradient, in units of the way forward


class FreshChecks(NamedTuple):
    """What was found."""

    layers: tuple[CheckResult, ...]  # of what layers and loss put out
    steps: tuple[CheckResult, ...]  # of what the first steps do
    tried: InputsTried | None  # whether outputs hang on the inputs; None where nothing was judged
    inputs: tuple[str, ...]  # names of all inputs


def check_fresh(member: Member, prepared: Prepared, *, seed: int) -> FreshChecks:
    """Look into a fresh network, and take its first steps.

    Args:
        member: Fresh, without a population axis.
        prepared: The arrays.
        seed: Draws the rows.

    Returns:
        The results; checks that do not apply are left out, and one alone says that the network is too large, or the
        rows too few.
    """
    plain = without_chance(member)
    network, shape = plain.learner.objective.network, prepared.x.shape[1:]
    names = _input_names(prepared)
    most = min(rows_together(shape), int(FRESH_WORK // example_work(network, shape)))
    looked = some_rows(prepared.split.train, min(FRESH_ROWS, most // _FORWARD), seed)
    stepped = some_rows(looked, min(FRESH_STEP_ROWS, most // (_BACK * FRESH_STEPS)), seed)
    if len(stepped) < FRESH_FEWEST:
        return FreshChecks((_unjudged(len(prepared.split.train)),), (), None, names)
    looked = looked[: len(looked) // 2 * 2]
    fresh = look_at(plain, prepared.x[looked], prepared.y[looked])
    steps = take_first_steps(plain, prepared.x[stepped], prepared.y[stepped])
    kinds = dict(every_inside(network.layers))
    objective = plain.learner.objective
    each = mixing_layers(plain, prepared.x[looked]) if is_suspect(fresh.mixed, kinds) else {}
    layers = (
        units_differ(steps.tensors, last=_last_with_weights(network, member.carry.params)),
        initial_scale(scale_points(network, member.carry.params, fresh.layers), inputs=fresh.deviation),
        units_alive(fresh.layers, _rectified(kinds), rows=len(looked)),
        examples_apart(fresh.mixed, each, kinds),
        loss_of_examples(fresh.loss, reduction=objective.reduction, rows=len(looked)),
    )
    moved = (steps_descend(steps.tensors, steps.sizes), parameters_move(steps.tensors, frozen=_frozen(plain)))
    tried = unread_inputs(plain, steps.after, prepared.x[looked])
    layers, moved = (tuple(result for result in results if result is not None) for results in (layers, moved))
    return FreshChecks(layers, moved, tried, names)


def _input_names(prepared: Prepared) -> tuple[str, ...]:
    *places, last = prepared.x.shape[1:]
    return tuple(f"input {k} of each place" for k in range(last)) if places else prepared.names


def _last_with_weights(network: Sequential, params: Params) -> str:
    return next((name for name in reversed(network.names()) if weights_of(params[name])), "")


def _rectified(kinds: dict[str, Any]) -> tuple[str, ...]:
    ends = {name: getattr(getattr(layer, "function", None), "ends", None) for name, layer in kinds.items()}
    return tuple(name for name, end in ends.items() if end is not None and not np.isfinite(end[1]))


def _frozen(member: Member) -> tuple[str, ...]:
    names = member.learner.objective.network.names()
    factors = member.learner.rates.factors(member.carry.params, member.carry.rates_state, layers=names)
    return tuple(name for name, factor in factors.items() if float(factor) == 0)


def _unjudged(rows: int) -> CheckResult:
    text = "The network takes long to go through, so its layers and first steps are not judged."
    if rows < FRESH_FEWEST:
        few = counted(rows, "training row")
        text = f"{few}: too few to judge the layers and first steps by; {FRESH_FEWEST} are needed."
    return CheckResult("fresh network", float(rows), 0.0, 0.0, "rows", True, "note", text, "", "", False)
