"""Is anything in the network's layers there that nobody would put there on purpose?"""

from thalweg.checks.result import CheckResult
from thalweg.network.odd import odd_choices
from thalweg.network.sequential import Sequential
from thalweg.types import Loss

_SHOWN = 3


def structure(network: Sequential, loss: Loss) -> CheckResult:
    """Count what is odd in a network.

    Args:
        network: Its layers are looked at, none is run.
        loss: What its outputs go into.

    Returns:
        A warning where something costs the network what it could do, a note where it does no harm.

    Source: CS231n notes, "Neural Networks Part 1".
    """
    odd = odd_choices(network, loss)
    grave = [one for one in odd if one.grave]
    ordered = [one.text for one in (*grave, *(one for one in odd if not one.grave))]
    more = f" And {len(odd) - _SHOWN} more of this kind." if len(odd) > _SHOWN else ""
    return CheckResult(
        name="structure",
        measured=float(len(odd)),
        expected=0.0,
        tolerance=0.0,
        unit="odd choices",
        passed=not odd,
        severity="warning" if grave else "note",
        text=" ".join(ordered[:_SHOWN]) + more if odd else "Nothing in the order of the layers is odd.",
        advice="",  # each text ends in its own
        where=(grave or list(odd))[0].layer if odd else "",
    )
