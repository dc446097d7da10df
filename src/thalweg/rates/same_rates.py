"""One rate for all layers."""

from typing import Any

from thalweg.spec import spec
from thalweg.types import Params


@spec
class SameRates:
    """Let every layer move as the update rule says.

    Example:
        >>> SameRates().factors({"dense_1": {"w": 1.0}}, (), layers=("dense_1",))
        {}
    """

    def init(self, params: Params) -> tuple[()]:
        """Return the state: none.

        Args:
            params: Arrays by name, nested by layer.

        Returns:
            ().
        """
        del params
        return ()

    def factors(self, params: Params, state: Any, *, layers: tuple[str, ...]) -> dict[str, Any]:
        """Return no factor, for every layer keeps its own updates.

        Args:
            params: Arrays by name, nested by layer.
            state: Not used.
            layers: The network's layers in order.

        Returns:
            {}.
        """
        del params, state, layers
        return {}

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
