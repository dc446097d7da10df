"""No limit on gradients."""

from thalweg.spec import spec
from thalweg.types import Params


@spec
class NoClip:
    """Hand gradients on as they are.

    Example:
        >>> NoClip()({"w": 1e9})
        {'w': 1000000000.0}
    """

    def __call__(self, gradients: Params) -> Params:
        """Return the gradients themselves.

        Args:
            gradients: Arrays by name, nested by layer.

        Returns:
            The same.
        """
        return gradients
