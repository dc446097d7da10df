"""Start where the initialisers put the parameters."""

from typing import Any

from thalweg.spec import spec
from thalweg.starts import silent
from thalweg.types import Loss, Params, Seen, State


@spec
class AsDrawn:
    """Leave the parameters as their layers drew them; the data are not looked at.

    Example:
        >>> from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
        >>> AsDrawn().outputs(SoftmaxCrossEntropy(), 3, None).tolist()
        [0.0, 0.0, 0.0]
    """

    def __call__(
        self, network: Any, loss: Loss, params: Params, state: State, seen: Seen | None, *, key: Any
    ) -> Params:
        """Return the parameters themselves.

        Args:
            network: Not used.
            loss: Not used.
            params: What the network drew.
            state: Not used.
            seen: Not used; may be None.
            key: Not used.

        Returns:
            The same.
        """
        del network, loss, state, seen, key
        return params

    outputs = staticmethod(silent.outputs)
