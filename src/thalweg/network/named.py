"""A layer with a name of its own."""

from typing import Any

from thalweg.errors import InputError, shown
from thalweg.spec import part, spec
from thalweg.types import Array, Context, Layer, Params, Shape, State


@spec
class Named:
    """Give a layer a name, by which its parameters, random draws and monitors are known.

    Without one a layer is called by its kind and place among its kind: "dense_2". A layer that keeps its
    name keeps its random draws when others are put before it.

    Args:
        name: Letters, digits, "_" and "-"; unique in the network.
        layer: The layer; not a named one itself.

    Raises:
        InputError: If the name has other signs in it or is empty, or the layer has a name already.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> Named("head", Dense(10)).name
        'head'
    """

    name: str
    layer: Layer = part(family="layer")

    def __post_init__(self):
        """Check the name."""
        if not self.name.replace("_", "").replace("-", "").isalnum():
            raise InputError(f"Named.name must be letters, digits, '_' and '-'; got {shown(self.name)}.")
        if isinstance(self.layer, Named):
            raise InputError(
                f"Named.layer is called {self.layer.name!r} already; got a second name, {self.name!r}. Use one of them."
            )

    def init(self, key: Any, input_shape: Shape) -> tuple[Params, State]:
        """Draw the layer's parameters and state.

        Args:
            key: Random key, handed on.
            input_shape: Shape of one example.

        Returns:
            (params, state) of the layer.
        """
        return self.layer.init(key, input_shape)

    def apply(self, params: Params, state: State, x: Array, *, context: Context) -> tuple[Array, State]:
        """Apply the layer.

        Args:
            params: The layer's.
            state: The layer's.
            x: A batch (n, ...).
            context: Handed on.

        Returns:
            (outputs, next state) of the layer.
        """
        return self.layer.apply(params, state, x, context=context)


def bare(layer: Layer) -> Any:
    """Return a layer without its name, if it has one."""
    return layer.layer if isinstance(layer, Named) else layer
