"""Does every layer map each example by itself?"""

from typing import Any

from thalweg.activations.custom_activation import CustomActivation
from thalweg.catalogue import KINDS
from thalweg.checks.fresh_network import Mixed
from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import MIXED
from thalweg.errors import shown
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.custom_layer import CustomLayer
from thalweg.network.chain import every

_ADVICE = (
    "The first axis holds the examples. Look at what this layer does along it: a mean or a softmax over axis 0, a "
    "reshape or a transpose that takes it apart, a function of all rows where one of each row was meant."
)


def examples_apart(whole: float, layers: dict[str, Mixed], kinds: dict[str, Any]) -> CheckResult:
    """Look for layers whose output for one example hangs on the others of its batch.

        d out_i / d x_j = 0    for i other than j

    Batch normalisation mixes examples in training on purpose, and is not judged there.

    Args:
        whole: Of the network, in inference mode.
        layers: Of each layer by name, from the input on; {} where `is_suspect` says that there is nothing to find.
        kinds: The layers themselves, by the same names.

    Returns:
        An error where predictions hang on their batch, a warning where training alone does.

    Source: Karpathy, "A recipe for training neural networks", 2019, "use backprop to chart dependencies".
    """
    mixing = [
        name
        for name, facts in layers.items()
        if not facts.inference <= MIXED or (not facts.training <= MIXED and not _normalizes(kinds[name]))
    ]
    worst = mixing[0] if mixing else ""
    grave = bool(mixing) and not layers[worst].inference <= MIXED
    size = (layers[worst].inference if grave else layers[worst].training) if mixing else whole
    text = (
        f"What {shown(worst)} puts out for an example changes by {size:.2g} of its largest output with the other "
        f"examples of the batch{'' if grave else ', in training'}."
        if mixing
        else "No layer mixes the examples of a batch"
        + (", but for batch normalisation in training." if any(map(_normalizes, kinds.values())) else ".")
    )
    return CheckResult(
        name="examples apart",
        measured=size,
        expected=0.0,
        tolerance=MIXED,
        unit="of the largest output",
        passed=not mixing,
        severity="error" if grave else "warning",
        text=text,
        advice=_ADVICE,
        where=worst,
    )


def is_suspect(whole: float, kinds: dict[str, Any]) -> bool:
    """Say whether each layer has to be looked at.

    Args:
        whole: Of the network, in inference mode.
        kinds: Its layers.

    Returns:
        True if its outputs hang on their batch, and if there are layers of the user's own: what these do, a last layer
        of zeros may hide, and in training a batch normalisation.
    """
    return not whole <= MIXED or any(map(_is_own, kinds.values()))


def _normalizes(layer: Any) -> bool:
    return any(isinstance(one, BatchNorm) for one in every((layer,)))


def _is_own(layer: Any) -> bool:
    function = getattr(layer, "function", None)
    known = type(layer) in KINDS["layer"].values() and not isinstance(layer, CustomLayer)
    return not known or isinstance(function, CustomActivation)
