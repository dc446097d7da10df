"""A few learned numbers in place of a column of names."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Key

from thalweg.errors import InputError, shown
from thalweg.initializers.lecun_normal import LecunNormal
from thalweg.spec import part, replaced, spec
from thalweg.types import Array, Context, Initializer, Params, Shape, State


@spec
class Embedding:
    """Replace the zeros and ones of each column of many names by a few learned numbers; leave other features alone.

        y = (features of no such column, o_1 E_1, ..., o_k E_k),    o_j the zeros and ones of column j

    An example's name picks its row of E_j: names that act alike come to have rows that are alike, and the next layer
    meets `units` inputs where it would meet one for each name. A name that training never saw, whose o_j is all zeros,
    gets zeros. The first layer of a network on a table; with the encoding `table_encoding` and no step behind it.

    Shapes: x (n, d) -> (n, d - all levels + k units); params = {"w_levels": (all levels, units)}, the E_j below each
    other; {} if no column is embedded. state = {}.

    Args:
        units: Numbers that a name becomes; at least 1.
        least: Fewest levels of a column to be embedded, rare names together and missing ones each counting as one;
            those with fewer keep a feature a level. At least 2.
        columns: The position of each column's first feature, and how many levels it has; in order. None for what the
            table's encoding says, which training fills in.
        weights: Draws each E_j with fan_in = `units`, so that LeCun's give a row a length of about 1, as that of the
            zeros and the one it stands for.

    Raises:
        InputError: If a number is outside its range, or the columns overlap (when the spec is made).

    Example:
        >>> import jax
        >>> layer = Embedding(2, columns=((1, 3),))  # a number, then a column of three levels
        >>> layer.init(jax.random.key(0), (4,))[0]["w_levels"].shape
        (3, 2)
        >>> params = {"w_levels": jnp.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])}
        >>> context = Context(training=False, key=None, weight=jnp.ones(1))
        >>> layer.apply(params, {}, jnp.array([[9.0, 0.0, 1.0, 0.0]]), context=context)[0].tolist()
        [[9.0, 3.0, 4.0]]

    Source: Guo and Berkhahn, "Entity Embeddings of Categorical Variables", 2016, section III.
    """

    units: int = 8
    least: int = 10
    columns: tuple[tuple[int, int], ...] | None = None
    weights: Initializer = part(LecunNormal(), family="initializer")

    def __post_init__(self):
        """Check the numbers and the columns."""
        if self.units < 1:
            raise InputError(f"Embedding.units must be at least 1; got {self.units}.")
        if self.least < 2:
            raise InputError(f"Embedding.least must be at least 2; got {self.least}.")
        end = 0
        for first, levels in self.columns or ():
            if first < end or levels < 1:
                raise InputError(
                    "Embedding.columns must hold (first feature, number of levels) of columns in order that do not "
                    f"overlap; got {shown(self.columns)}."
                )
            end = first + levels

    def completed(self, columns: tuple[tuple[int, int], ...]) -> "Embedding":
        """Return the layer with the columns that it embeds, if it has none yet.

        Args:
            columns: (first feature, number of levels) of each of a table's columns of names.

        Returns:
            The layer.
        """
        if self.columns is not None:
            return self
        return replaced(self, columns=tuple(column for column in columns if column[1] >= self.least))

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Draw the parameters for examples of `input_shape` (no batch axis).

        Args:
            key: Random key.
            input_shape: Shape of one example.

        Returns:
            (params, state).

        Raises:
            InputError: If the columns are not known, or an example of that shape does not hold them.
        """
        columns = self._known()
        end = max((first + levels for first, levels in columns), default=0)
        if len(input_shape) != 1 or input_shape[0] < end:
            raise InputError(
                f"Embedding needs rows of at least {end} features for its columns; got input_shape={input_shape}. "
                "Make it the first layer on a table, or leave its columns out."
            )
        if not columns:
            return {}, {}
        size = sum(levels for _, levels in columns)
        drawn = self.weights(key, (size, self.units), fan_in=self.units, fan_out=self.units)
        return {"w_levels": drawn}, {}

    def apply(
        self, params: Params, state: State, x: Float[Array, "n d"], *, context: Context
    ) -> tuple[Float[Array, "n features"], State]:
        """Return (features with names embedded, state).

        Args:
            params: What `init` gave, or what training made of it.
            state: {}.
            x: Examples (n, d).
            context: Its product multiplies inputs and weights. Training and inference are alike.

        Returns:
            The outputs (n, d - all levels + k units) and the state as it was.

        Raises:
            InputError: If the columns are not known, or an example of `x` does not hold them.
        """
        x, columns = jnp.asarray(x), self._known()
        end = max((first + levels for first, levels in columns), default=0)
        if x.ndim != 2 or x.shape[1] < end:
            raise InputError(f"Embedding needs rows of at least {end} features for its columns; got {x.shape}.")
        embedded = [np.arange(first, first + levels) for first, levels in columns]
        kept = np.setdiff1d(np.arange(x.shape[1]), np.concatenate([*embedded, []]))
        pieces, row = [x[:, kept]], 0
        for first, levels in columns:
            rows = jnp.asarray(params["w_levels"])[row : row + levels]
            pieces.append(jnp.asarray(context.product(x[:, first : first + levels], rows)))
            row += levels
        return jnp.concatenate(pieces, axis=1), state

    def _known(self) -> tuple[tuple[int, int], ...]:
        if self.columns is None:
            raise InputError(
                "Embedding.columns are not known: training on a table fills them in. Give them as ((first feature, "
                "number of levels), ...) elsewhere."
            )
        return self.columns
