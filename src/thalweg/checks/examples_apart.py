"""Does every layer map each example by itself?"""

from typing import Any

from thalweg.checks.fresh_network import LayerFacts
from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import MIXED
from thalweg.errors import shown
from thalweg.layers.batch_norm import BatchNorm
from thalweg.network.chain import every

_ADVICE = (
    "The first axis holds the examples. Look at what this layer does along it: a mean or a softmax over axis 0, a "
    "reshape or a transpose that takes it apart, a function of all rows where one of each row was meant."
)


def examples_apart(layers: dict[str, LayerFacts], kinds: dict[str, Any]) -> CheckResult:
    """Look for layers whose output for one example hangs on the others of its batch.

        d out_i / d x_j = 0    for i other than j

    Batch normalisation mixes examples in training on purpose, and is not judged there.

    Args:
        layers: Of the fresh network, by name, from the input on.
        kinds: The layers themselves, by the same names.

    Returns:
        An error where predictions hang on their batch, a warning where training alone does.

    Source: Karpathy, "A recipe for training neural networks", 2019, "use backprop to chart dependencies".
    """
    mixing = [
        name
        for name, facts in layers.items()
        if not facts.mixed <= MIXED or (not facts.mixed_in_training <= MIXED and not _normalizes(kinds[name]))
    ]
    worst = mixing[0] if mixing else ""
    grave = bool(mixing) and not layers[worst].mixed <= MIXED
    size = max((facts.mixed for facts in layers.values()), default=0.0)
    if mixing:
        size = layers[worst].mixed if grave else layers[worst].mixed_in_training
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
        unit="of a layer's largest output",
        passed=not mixing,
        severity="error" if grave else "warning",
        text=text,
        advice=_ADVICE,
        where=worst,
    )


def _normalizes(layer: Any) -> bool:
    return any(isinstance(one, BatchNorm) for one in every((layer,)))
