"""No limit on parameters."""

from thalweg.spec import spec
from thalweg.types import Params


@spec
class NoProjection:
    """Leave parameters where a step put them.

    Example:
        >>> NoProjection()({"w": 1e9})
        {'w': 1000000000.0}
    """

    def __call__(self, params: Params) -> Params:
        """Return the parameters themselves.

        Args:
            params: Arrays by name, nested by layer.

        Returns:
            The same.
        """
        return params
