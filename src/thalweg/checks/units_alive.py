"""Is any rectified layer dead before training has begun?"""

from thalweg.checks.fresh_network import LayerFacts
from thalweg.checks.result import CheckResult
from thalweg.checks.tolerances import DEAD_ALL, DEAD_FEWEST, DEAD_MANY
from thalweg.errors import shown
from thalweg.wording import counted

_ADVICE = (
    "A unit that no example activates gets no gradient. Look at the weights and biases before this layer (a negative "
    "bias, weights all below 0), and at the inputs' scale and centre; a leaky_relu passes some gradient always."
)


def units_alive(layers: dict[str, LayerFacts], rectified: tuple[str, ...], *, rows: int) -> CheckResult | None:
    """Count units of rectified layers that no row activates.

    Args:
        layers: Of the fresh network, by name.
        rectified: Names of the layers whose function is 0 below 0.
        rows: How many rows were looked at.

    Returns:
        An error where all of a layer's units are dead, a warning where more than half are and at least four; None
        without such layers. A few dead units, as narrow layers have by chance, are no fault.

    Source: CS231n notes, "Neural Networks Part 1", "ReLU".
    """
    if not rectified:
        return None
    shares = {name: layers[name].dead / layers[name].units for name in rectified}
    # The first of those that are all dead: nothing goes into the ones behind it.
    worst = max(shares, key=shares.__getitem__)
    whole = shares[worst] >= DEAD_ALL
    many = [name for name in rectified if shares[name] > DEAD_MANY and layers[name].dead >= DEAD_FEWEST]
    failed = whole or bool(many)
    worst = worst if whole else max(many, key=shares.__getitem__, default=worst)
    dead, units = int(layers[worst].dead), int(layers[worst].units)
    text = f"{dead} of {units} units of {shown(worst)} are active on none of {rows} training rows"
    if not failed and not dead:
        text = f"Every unit of {counted(len(rectified), 'rectified layer')} is active on some of {rows} training rows"
    elif not failed:
        text = f"At most {text}"
    return CheckResult(
        name="units alive",
        measured=shares[worst],
        expected=0.0,
        tolerance=DEAD_MANY,
        unit="of a layer's units",
        passed=not failed,
        severity="error" if whole else "warning",
        text=f"{text}.",
        advice=_ADVICE,
        where=worst if failed else "",
    )
