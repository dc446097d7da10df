"""The initialiser that leaves the choice to the network."""

from jaxtyping import Float, Key

from thalweg.initializers.he_normal import HeNormal
from thalweg.spec import spec
from thalweg.types import Array, Shape


@spec
class Auto:
    """Stand for the initialiser that suits what follows the layer.

    A network replaces it before it draws anything: `HeNormal` before a rectified activation, `GlorotNormal`
    before a saturating one or none, `LecunNormal` before a self-normalising one and for maxout units, `SmallNormal` for
    the last layer. A layer used by itself knows none of its
    neighbours; there it draws as `HeNormal` does.

    Example:
        >>> import jax
        >>> Auto()(jax.random.key(0), (3, 5), fan_in=3, fan_out=5).shape
        (3, 5)

    Source: He et al., 2015, for rectified units; Glorot and Bengio, 2010, for saturating ones.
    """

    def __call__(self, key: Key[Array, ""], shape: Shape, *, fan_in: int, fan_out: int) -> Float[Array, "..."]:
        """Return what `HeNormal` draws.

        Args:
            key: Random key.
            shape: Shape of the array.
            fan_in: Inputs of each unit; at least 1.
            fan_out: Outputs that each input feeds.

        Returns:
            The weights, in the default float type.
        """
        return HeNormal()(key, shape, fan_in=fan_in, fan_out=fan_out)
