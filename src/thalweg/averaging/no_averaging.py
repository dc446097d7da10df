"""No average of weights."""

from typing import Any

from thalweg.spec import spec
from thalweg.types import Params, Scalar, State


@spec
class NoAveraging:
    """Evaluate and keep the weights that training is at.

    Example:
        >>> NoAveraging().averaged((), {"w": 1.0}, {})
        ({'w': 1.0}, {})
    """

    def init(self, params: Params, state: State) -> tuple:
        """Return (): there is nothing to keep.

        Args:
            params: Not used.
            state: Not used.

        Returns:
            ().
        """
        del params, state
        return ()

    def following(
        self, kept: Any, params: Params, state: State, *, step: Scalar, total: Scalar, ends_epoch: Any
    ) -> tuple:
        """Return (): there is nothing to keep.

        Args:
            kept: ().
            params: Not used.
            state: Not used.
            step: Not used.
            total: Not used.
            ends_epoch: Not used.

        Returns:
            ().
        """
        del kept, params, state, step, total, ends_epoch
        return ()

    def averaged(self, kept: Any, params: Params, state: State) -> tuple[Params, State]:
        """Return the weights themselves.

        Args:
            kept: ().
            params: Where training is.
            state: The network's state there.

        Returns:
            (params, state), the same.
        """
        del kept
        return params, state
