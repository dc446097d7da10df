"""Is the gradient that training follows the gradient of the objective, and that of a function its own?"""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from thalweg.checks.directional_gradient import compare_directions, seen_from
from thalweg.checks.gradient_verdict import gradient_check, unjudged, wrong_tensors
from thalweg.checks.numerical_gradient import VALUES, compare_function, compare_gradients, objective_value
from thalweg.checks.result import CheckResult
from thalweg.checks.slopes import Compared
from thalweg.checks.tolerances import GRADIENT_ENTRIES, GRADIENT_PARAMETERS, GRADIENT_WORK
from thalweg.checks.wrong_part import compare_parts
from thalweg.errors import InputError, shown
from thalweg.network.noise import without_noise
from thalweg.network.work import example_work
from thalweg.objective import Objective
from thalweg.spec import replaced
from thalweg.train.state import Member
from thalweg.types import Params, State
from thalweg.wording import counted


def check_gradient(member: Member, x: np.ndarray, targets: np.ndarray, *, seed: int) -> CheckResult:
    """Hold a fresh network's gradient against differences of its objective, on a few examples.

    Dropout, noise and rounding to 16 bits are left out; the penalty is in. Where a tensor's gradient is wrong, the
    parts that may have made it so are held against differences one by one, and the text names those that are wrong.

    Args:
        member: Fresh, without a population axis; gives objective, parameters and state.
        x: (n, ...) a few preprocessed examples.
        targets: Theirs.
        seed: Draws what is compared.

    Returns:
        An error from 1% on, else a warning; not judged for networks so large that it would take long, for those without
        parameters, and where a function of the user's takes no numbers of 64 bits. Where single entries would take
        long, tensors are moved as a whole along random directions, on fewer examples.
    """
    objective = member.learner.objective
    network = replaced(without_noise(objective.network), precision="full")
    params, state = member.carry.params, member.carry.state
    sizes = [leaf.size for leaf in jax.tree.leaves(params)]
    if not sizes:
        return unjudged("The network has no parameters, so there is no gradient to check.")
    if sum(sizes) > GRADIENT_PARAMETERS:
        told = f"its {counted(sum(sizes), 'parameter')} would take {8e-9 * sum(sizes):.1f} GB in 64 bits, several times"
        return unjudged(f"The gradient of this network is not checked: {told}.")
    work = example_work(network, x.shape[1:])
    rows, directions = _plan(work, len(sizes), len(x))
    if not rows:
        told = f"with {work - sum(sizes):,} multiply-adds an example it would take long"
        return unjudged(f"The gradient of this network is not checked: {told}.")
    given = (replaced(objective, network=network), state, x[:rows], targets[:rows])
    try:
        compared = _compare(params, *given, directions=directions, seed=seed)
    except (InputError, TypeError) as error:  # a user's own function may be for 32 bits, and train well in them
        return unjudged(f"The gradient could not be compared, for that takes 64 bits: {str(error)[:200]}")
    result = gradient_check(compared)
    if not result.judged:
        return result
    seen = f" Along each, an error from {seen_from(compared):.2g} of the slope on is seen." if directions else ""
    cost = f" That took {compared.values:,} values of the objective, each of {counted(rows, 'example')}."
    result = result._replace(text=f"{result.text}{seen}{cost}")
    if result.passed:
        return result
    parts = compare_parts(params, *given, wrong=wrong_tensors(compared), seed=seed)
    return result._replace(text=result.text + "".join(_blamed(name, part) for name, part in parts))


def _plan(work: int, tensors: int, examples: int) -> tuple[int, int]:
    """Return how many examples to take, 0 where even one is too dear, and how many directions, 0 for single entries."""
    rows = int(GRADIENT_WORK // (work * VALUES * (GRADIENT_ENTRIES + 1) * tensors))
    if rows > 0:
        return min(rows, examples), 0
    for rows in (2, 1):  # a gradient costs about three values, and a direction takes four
        directions = int((GRADIENT_WORK / (work * rows) - 3) // (VALUES - 1))
        if directions >= min(2, tensors):
            directions = min(directions, tensors)
            return min(examples, int(GRADIENT_WORK // (work * (3 + (VALUES - 1) * directions)))), directions
    return 0, 0


def _compare(
    params: Params,
    objective: Objective,
    state: State,
    x: np.ndarray,
    y: np.ndarray,
    *,
    directions: int,
    seed: int,
) -> Compared:
    if not directions:
        return compare_gradients(objective, params, state, x, y, seed=seed)
    targets = y.astype(np.float64) if y.dtype.kind == "f" else y
    given = (objective, state, x.astype(np.float64), targets)
    layers = objective.network.names()
    return compare_directions(objective_value, params, *given, layers=layers, directions=directions, seed=seed)


def check_function(function: Callable[..., Any], at: Any, *given: Any, seed: int = 0) -> CheckResult:
    """Hold the gradient that JAX gives of any pure function against differences of its values, in float64.

    For what you wrote yourself, before it becomes part of a network: a loss, a layer's outputs times anything and
    summed, with a custom derivative above all.

    Args:
        function: Takes `at`, then `given`, and returns one number; made of what JAX can follow.
        at: A float, or floats in a dict, list or other pytree: each is a tensor that is judged by itself.
        *given: What else the function takes, such as examples.
        seed: Draws what is compared of larger tensors.

    Returns:
        As of `gradient_check`, with the tensor that is furthest off as `where`.

    Raises:
        InputError: If there is nothing to move in `at`, or something else than floats; if the function does not return
            one number.

    Example:
        >>> def energy(w, x):
        ...     return ((x @ w) ** 2).sum()
        >>> check_function(energy, np.ones(2), np.eye(2)).passed
        True

    Source: CS231n notes, "Neural Networks Part 3", "Gradient checks".
    """
    return gradient_check(compare_function(function, at, *given, seed=seed), of="the function")


def _blamed(name: str, part: Compared) -> str:
    wrong = wrong_tensors(part) if np.isfinite(part.value) else ()
    if not wrong:
        return ""
    by = [f"its {tensor}" if tensor in _TAKEN else shown(tensor.removeprefix("parameters/")) for tensor in wrong]
    return f" Checked by itself, {name} has a wrong derivative by {' and by '.join(by)}."


_TAKEN = ("inputs", "outputs")
