"""The checks of a fresh network: its layers, its loss, its gradient, its first steps, a few examples learned."""

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.checks.first_steps import without_chance
from thalweg.checks.fresh_checks import check_fresh
from thalweg.checks.gradient_check import check_gradient
from thalweg.checks.initial_loss import expected_first_loss, initial_loss
from thalweg.checks.inputs_used import inputs_used
from thalweg.checks.overfit_tiny import fit_tiny, in_float, overfit_tiny
from thalweg.checks.penalty_raises_loss import penalty_raises_loss
from thalweg.checks.result import CheckResult
from thalweg.checks.some_rows import some_rows
from thalweg.checks.structure import structure
from thalweg.checks.targets_in_reach import targets_in_reach
from thalweg.checks.tiny_set import pick_tiny
from thalweg.checks.tolerances import FIRST_LOSS_ROWS, GRADIENT_ROWS, TINY_LOSS
from thalweg.data.source import Source
from thalweg.network.named import bare
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.platform import jit
from thalweg.train.evaluate import assess, part_of, penalties, rows_together
from thalweg.train.fresh import fresh_member
from thalweg.train.population import population
from thalweg.train.prepare import Prepared
from thalweg.train.scores import loss_of
from thalweg.train.seen import seen_by_start
from thalweg.train.state import Member
from thalweg.types import Array, Context

_OF_DRAWN = ("initial scale", "initial loss")


def check_network(
    prepared: Prepared, source: Source, *, seed: int, training_weight: np.ndarray
) -> tuple[CheckResult, ...]:
    """Check the network that is to be trained, as it starts.

    Args:
        prepared: The arrays, and the experiment; all inputs finite.
        source: The examples as they were read.
        seed: Of the run.
        training_weight: (n,), how much each row counts in training.

    Returns:
        The results, causes before what follows from them. A check that does not apply is left out.
    """
    experiment, train = prepared.experiment, prepared.split.train
    rows = some_rows(train, FIRST_LOSS_ROWS, seed)
    seen = seen_by_start(prepared, training_weight, seed=seed)
    member = fresh_member(prepared, training_weight, seed=seed, total=1)
    x, y, weight = prepared.x[rows], prepared.y[rows], prepared.weight[rows]
    first, classes = _first_loss(member, x, y, weight), source.task.size
    single = experiment.loss.head in ("sigmoid", "sign")
    outputs = 1 if single else max(classes, getattr(experiment.loss, "width", 1))
    last = bare(experiment.network.layers[-1])
    begun = last.blind() if hasattr(last, "blind") else experiment.start.outputs(experiment.loss, outputs, seen)
    known = {"classes": classes, "outputs": jnp.asarray(begun, jnp.result_type(float))}
    expected = expected_first_loss(experiment.loss, targets=y, weight=weight, **known)
    fresh = check_fresh(member, prepared, seed=seed)
    reach = targets_in_reach(experiment.network, experiment.loss, prepared.y[train])
    drawn = (*fresh.layers, initial_loss(first, expected))
    results = [
        structure(experiment.network, experiment.loss),
        *((reach,) if reach is not None else ()),
        *(drawn if prepared.pretrained is None else _of_trained(drawn)),
    ]
    if not isinstance(experiment.penalty, NoPenalty) and np.isfinite(first):
        # Added here, in 64 bits: beside a huge loss a penalty would be lost to rounding.
        results.append(penalty_raises_loss(first, first + float(penalties(population([member]))[0])))
    tiny = pick_tiny(prepared.x, prepared.y, train, seed=seed)
    few = tiny[:GRADIENT_ROWS]
    results += [check_gradient(member, prepared.x[few], prepared.y[few], seed=seed), *fresh.steps]
    even, targets = np.ones(len(tiny), np.float32), prepared.y[tiny]
    blind = max(expected, expected_first_loss(experiment.loss, targets=targets, weight=even, **known))
    fitted = fit_tiny(member, prepared.x[tiny], targets, enough=TINY_LOSS * blind)
    judged = overfit_tiny(fitted, examples=len(tiny), outputs=outputs, classes=bool(classes), blind=blind)
    if fresh.tried is not None:
        learned = fitted.loss < TINY_LOSS * blind
        idle = None if learned else fit_tiny(member, 0 * prepared.x[tiny], targets, enough=0.0, most=fitted.steps)
        small = fitted.parameters < len(tiny) * outputs
        results.append(inputs_used(fresh.tried, names=fresh.inputs, real=fitted, blind=idle, small=small))
    return (*results, judged)


def _of_trained(results: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
    """Leave unjudged what says whether weights were drawn well."""
    text = "The network begins with trained weights, so it is not judged as one that was just drawn."
    return tuple(
        result._replace(passed=True, severity="note", text=text, advice="", judged=False)
        if result.name in _OF_DRAWN
        else result
        for result in results
    )


def _first_loss(member: Member, x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> float:
    """Return the mean loss before training.

    Where layers hold statistics, which nothing has filled yet, those of a batch are taken, as the first step will.
    """
    if jax.tree.leaves(member.carry.state):
        some = slice(rows_together(x.shape[1:]))
        plain = without_chance(member)
        return float(_compiled_training_loss(plain, in_float(x[some]), in_float(y[some]), in_float(weight[some])))
    part = part_of(in_float(x), in_float(y), in_float(weight), np.arange(len(x)))
    (sums,) = jax.device_get(assess(population([member]), (part,)))
    return float(loss_of(sums)[0])


def _training_loss(member: Member, x: Array, y: Array, weight: Array) -> Array:
    context = Context(True, jax.random.key(0), jnp.ones(x.shape[0], x.dtype))
    objective, carry = member.learner.objective, member.carry
    return objective(carry.params, carry.state, x, y, weight, context=context)[1].data


_compiled_training_loss = jit(_training_loss)
