"""All checks of a prepared experiment, in seconds."""

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.checks.attribute_balance import attribute_balance
from thalweg.checks.class_balance import class_balance
from thalweg.checks.constant_columns import constant_columns
from thalweg.checks.finite_inputs import finite_inputs
from thalweg.checks.gradient_check import check_gradient
from thalweg.checks.initial_loss import expected_first_loss, initial_loss
from thalweg.checks.overfit_tiny import fit_tiny, in_float, overfit_tiny
from thalweg.checks.penalty_raises_loss import penalty_raises_loss
from thalweg.checks.related_labels import related_labels
from thalweg.checks.result import CheckResult
from thalweg.checks.scaled_inputs import scaled_inputs
from thalweg.checks.shared_rows import shared_rows
from thalweg.checks.tiny_set import pick_tiny
from thalweg.checks.tolerances import DATA_NUMBERS, DATA_ROWS, FIRST_LOSS_ROWS, GRADIENT_ROWS, RELATED_MOST, TINY_LOSS
from thalweg.data.source import Source
from thalweg.keys import root
from thalweg.network.named import bare
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.platform import jit
from thalweg.spec import replaced
from thalweg.train.evaluate import assess, part_of
from thalweg.train.population import population, start
from thalweg.train.prepare import Prepared
from thalweg.train.scores import loss_of
from thalweg.train.seen import seen_by_start
from thalweg.train.state import Member, learner_of
from thalweg.types import Array, Context


def run_checks(
    prepared: Prepared, source: Source, *, seed: int, training_weight: np.ndarray | None = None
) -> tuple[CheckResult, ...]:
    """Check data and network before training, on 20,000 training rows at most (fewer of very wide ones).

    Args:
        prepared: The arrays, and the experiment that is to be trained.
        source: The examples as they were read.
        seed: Of the run: the network checked is the one that will be trained.
        training_weight: (n,), how much each row counts in training, which a start may look at; None for the data's
            own weights.

    Returns:
        The data's checks, then the network's. With inputs that are not finite numbers, the checks of the data end
        there: no other would mean anything.
    """
    width = max(1, int(np.prod(prepared.x.shape[1:])))
    train = _some(prepared.split.train, max(1, min(DATA_ROWS, DATA_NUMBERS // width)), seed)
    x = prepared.x[train].reshape(len(train), -1)
    names = prepared.names
    finite = finite_inputs(x, names)
    results = [finite, constant_columns(source.inputs, train)]
    if finite.passed:
        results.append(scaled_inputs(x, names))
    if len(prepared.split.validation):
        results.append(shared_rows(source.identical, prepared.split.train, prepared.split.validation, "validation"))
    if len(prepared.split.test):
        copied = shared_rows(source.identical, prepared.split.train, prepared.split.test, "test")
        # Parts that are dealt share no row, so that only copies in a file of its own, or apart in time, are news.
        results += [copied] * (copied.measured > 0)
    if source.task.kind == "classes":
        results.append(class_balance(prepared.y[prepared.split.train], source.task.classes))
    if source.task.kind == "attributes":
        names = tuple(attribute.name for attribute in source.task.attributes)
        results.append(attribute_balance(prepared.y[prepared.split.train], names))
    if finite.passed:
        some = _some(np.arange(len(train)), RELATED_MOST, seed)
        results.append(related_labels(x[some], prepared.y[train[some]]))
    if not finite.passed:
        return tuple(results)
    weight = prepared.weight if training_weight is None else training_weight
    return (*results, *_network_checks(prepared, source, seed, weight))


def _network_checks(prepared: Prepared, source: Source, seed: int, training_weight: np.ndarray) -> list[CheckResult]:
    experiment, train = prepared.experiment, prepared.split.train
    rows = _some(train, FIRST_LOSS_ROWS, seed)
    shape, seen = prepared.x.shape[1:], seen_by_start(prepared, training_weight, seed=seed)
    member = start(learner_of(experiment), root(seed), shape, 1, begin=experiment.start, seen=seen)
    x, y, weight = prepared.x[rows], prepared.y[rows], prepared.weight[rows]
    part = part_of(in_float(x), in_float(y), in_float(weight), np.arange(len(rows)))
    (sums,) = jax.device_get(assess(population([member]), (part,)))
    first, classes = float(loss_of(sums)[0]), source.task.size
    single = experiment.loss.head in ("sigmoid", "sign")
    outputs = 1 if single else max(classes, getattr(experiment.loss, "width", 1))
    last = bare(experiment.network.layers[-1])
    begun = last.blind() if hasattr(last, "blind") else experiment.start.outputs(experiment.loss, outputs, seen)
    known = {"classes": classes, "outputs": jnp.asarray(begun, jnp.result_type(float))}
    expected = expected_first_loss(experiment.loss, targets=y, weight=weight, **known)
    results = [initial_loss(first, expected)]
    if not isinstance(experiment.penalty, NoPenalty):
        without, full = _compiled_objectives(member, in_float(x), in_float(y), in_float(weight))
        results.append(penalty_raises_loss(float(without), float(full)))
    tiny = pick_tiny(prepared.x, prepared.y, train, seed=seed)
    few = tiny[:GRADIENT_ROWS]
    results.append(check_gradient(member, prepared.x[few], prepared.y[few], seed=seed))
    targets = prepared.y[tiny]
    even = np.ones(len(tiny), np.float32)
    blind = max(expected, expected_first_loss(experiment.loss, targets=targets, weight=even, **known))
    fitted = fit_tiny(member, prepared.x[tiny], targets, enough=TINY_LOSS * blind)
    judged = overfit_tiny(fitted, examples=len(tiny), outputs=outputs, classes=bool(classes), blind=blind)
    return [*results, judged]


def _objectives(member: Member, x: Array, y: Array, weight: Array) -> tuple[Array, Array]:
    """Return what the objective itself comes to on some rows, without its penalty and as it is."""
    objective, context = member.learner.objective, Context(False, None, jnp.ones(x.shape[0]))
    bare = replaced(objective, penalty=NoPenalty())
    state = (member.carry.params, member.carry.state)
    return bare(*state, x, y, weight, context=context)[0], objective(*state, x, y, weight, context=context)[0]


_compiled_objectives = jit(_objectives)


def _some(rows: np.ndarray, most: int, seed: int) -> np.ndarray:
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
