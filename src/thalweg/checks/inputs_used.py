"""Do the network's outputs hang on its inputs?"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax

from thalweg.checks.overfit_tiny import Fitted, in_float
from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import INPUTS_GAP, UNREAD_INPUTS, UNREAD_ROWS
from thalweg.objective import Objective
from thalweg.platform import jit
from thalweg.train.state import Member
from thalweg.types import Array, Context, Params, State
from thalweg.wording import agreeing, counted

_ADVICE = (
    "Look for what cuts the way from the inputs to the outputs: a layer that multiplies by 0 or is dead, "
    "lax.stop_gradient, a slice that leaves inputs out; and for rows and labels that do not belong together."
)


class InputsTried(NamedTuple):
    """Which inputs were changed, and whether any output followed."""

    unread: tuple[int, ...]  # on the last axis; no output hangs on them
    tried: int  # how many were changed
    varying: int  # how many there are that have more than one value


def unread_inputs(fresh: Member, after: Member, x: np.ndarray) -> InputsTried:
    """Find inputs that no output hangs on, neither in a fresh network nor after its first steps.

    Each is set to the largest value that it has among the rows, and to the smallest in the rows that have the largest.
    What has one value only is not judged.

    Args:
        fresh: At the beginning, where a last layer of zeros may hide everything.
        after: After the first steps, of which one that is too long may have killed everything.
        x: (n, ..., d) the rows.

    Returns:
        What was found, by positions on the last axis, where tables have their columns, images their channels and
        sequences their features.
    """
    flat = x.reshape(-1, x.shape[-1])
    low, high = flat.min(axis=0), flat.max(axis=0)
    varying = np.flatnonzero(low != high)
    tried = varying[:: max(1, -(-len(varying) // UNREAD_INPUTS))]  # of very many, some all over
    left = tried
    for member in (fresh, after):
        if len(left):
            given = (member.learner.objective, member.carry.params, member.carry.state, in_float(x[:UNREAD_ROWS]))
            changed = _compiled(*given, in_float(low[left]), in_float(high[left]), jnp.asarray(left))
            left = left[~np.asarray(changed)]
    return InputsTried(tuple(left.tolist()), len(tried), len(varying))


def inputs_used(
    found: InputsTried, *, names: tuple[str, ...], real: Fitted, blind: Fitted | None, small: bool
) -> CheckResult:
    """Judge whether the outputs hang on the inputs, and whether these help to learn.

    Args:
        found: See `unread_inputs`.
        names: Of all inputs on the last axis.
        real: What became of the tiny set.
        blind: The same with all inputs 0, after as many steps; None where the set was learned by heart, which needs
            its inputs.
        small: Whether the network has fewer parameters than there are numbers to learn.

    Returns:
        An error where no input is read, or all together lower the loss by less than 5%; a warning where some are not
        read; a note for a network too small to learn.

    Source: Karpathy, "A recipe for training neural networks", 2019, "input-independent baseline".
    """
    unread, among = found.unread, found.tried
    unused = 0 < len(unread) == among
    few = among < found.varying
    share = real.loss / blind.loss if blind is not None and blind.loss > 0 else 0.0
    finite = np.isfinite(share)
    idle = finite and blind is not None and real.finished and share > 1 - INPUTS_GAP
    listed = ", ".join(names[at] for at in unread[:5]) + (f" and {len(unread) - 5} more" if len(unread) > 5 else "")
    text = f"Each of {among:,} inputs that were tried changes the outputs."
    if not few:
        text = "Every input that varies changes the outputs."
    if unused:
        text = "No input changes the outputs."
    elif unread:
        hang = agreeing(len(unread), "changes", "change")
        those = " that were tried" if few else ""
        text = f"{len(unread):,} of {counted(among, 'input')}{those} {hang} no output: {listed}."
    if blind is not None and finite:
        text += f" On a few examples {share:.1%} of the loss is left that stays with all inputs 0."
    return CheckResult(
        name="inputs used",
        measured=share,
        expected=0.0,
        tolerance=1 - INPUTS_GAP,
        unit="of the loss without inputs",
        passed=not unread and not idle,
        severity="error" if unused or (idle and not small) else "warning" if unread else "note",
        text=text,
        advice=_ADVICE,
        where=names[unread[0]] if unread and not unused else "",
    )


def _changed(objective: Objective, params: Params, state: State, x: Array, low: Array, high: Array, at: Array) -> Array:
    context = Context(False, None, jnp.ones(len(x), x.dtype))

    def outputs(rows: Array) -> Array:
        return objective.network.apply(params, state, rows, context=context)[0]

    before, places = outputs(x), jnp.arange(x.shape[-1])

    def one(given: tuple[Array, Array, Array]) -> Array:
        least, most, place = given
        moved = jnp.where(places == place, jnp.where(x == most, least, most), x)
        return jnp.any(outputs(moved) != before)

    return lax.map(one, (low, high, at))


_compiled = jit(_changed)
