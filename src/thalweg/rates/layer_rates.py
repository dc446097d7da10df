"""A rate for each layer or group of layers, frozen ones among them."""

from typing import Any

from thalweg.errors import InputError
from thalweg.rates.layer_rate import LayerRate
from thalweg.spec import part, spec
from thalweg.types import Params, Scalar


@spec
class LayerRates:
    """Multiply the updates of some layers by factors of their own.

        x_l <- x_l + f_l u_l,    u_l what the update rule would add to layer l

    So layer l moves at f_l times the rate, and a decay that the rule has is multiplied too. Layers near the inputs get
    small gradients in deep networks and may want larger rates; layers of a network trained before want smaller ones.

    At a factor of 0 a layer is frozen: no bit of its parameters changes, whatever the rule, its decay or a limit on
    the weights would do. Its gradient counts for nothing, neither in a clip by norm nor in the rule's memory. What it
    remembers besides stays too: a frozen batch normalisation goes by its running averages in training as at inference,
    so that both compute the same; one without parameters of its own (affine=False), which has no rate, goes with the
    layer before it. Dropout drops as before.

    Args:
        entries: Layers with their factors; of several that name one layer the last counts. Layers that none names
            have factor 1.

    Raises:
        InputError: If there are no entries; in training, if one names no layer that has parameters.

    Example:
        >>> rates = LayerRates((LayerRate("dense_*", 0.1), LayerRate(-1, 1.0)))
        >>> params = {"dense_1": {"w": 2.0}, "dense_2": {"w": 2.0}, "dense_3": {"w": 2.0}}
        >>> rates.factors(params, (), layers=tuple(params))
        {'dense_1': 0.1, 'dense_2': 0.1, 'dense_3': 1.0}

    Source: CS231n notes, "Transfer Learning"; LeCun et al., "Efficient BackProp", 1998, section 4.7.
    """

    entries: tuple[LayerRate, ...] = part(family="layer rate")

    def __post_init__(self):
        """Check that there are entries."""
        if not self.entries:
            raise InputError("LayerRates.entries must hold at least one layer with its factor; got ().")

    def init(self, params: Params) -> tuple[()]:
        """Return the state: none.

        Args:
            params: Arrays by name, nested by layer.

        Returns:
            ().
        """
        del params
        return ()

    def factors(self, params: Params, state: Any, *, layers: tuple[str, ...]) -> dict[str, Scalar]:
        """Return the factors of the layers that have one.

        Args:
            params: Arrays by name, nested by layer.
            state: Not used.
            layers: The network's layers in order.

        Returns:
            Factors by layer.

        Raises:
            InputError: If an entry names no layer that has parameters.
        """
        del state
        return {name: entry.factor for entry in self.entries for name in entry.chosen(params, layers)}

    def following(self, state: Any, params: Params, updates: Params) -> Any:
        """Return the state after a step: as it was.

        Args:
            state: Before the step.
            params: Before the step.
            updates: What the rule adds to them.

        Returns:
            The same state.
        """
        del params, updates
        return state
