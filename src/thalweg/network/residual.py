"""Layers whose input is added to their output."""

from typing import Any, ClassVar

from thalweg.errors import InputError
from thalweg.keys import role
from thalweg.network.chain import begin, check_names, follow
from thalweg.network.initialization import inside
from thalweg.spec import part, spec
from thalweg.types import Array, Context, Layer, Params, Shape, State


@spec
class Residual:
    """Add what a branch of layers makes of the input to the input.

        y = F(x) + S(x),    with F the branch and S the shortcut

    The branch learns what is to be changed about x, which is nothing at first sight: near 0 it leaves x as it is, so
    that many blocks can follow each other, and gradients reach the first one through the shortcuts unhindered.

    S is x itself where the branch keeps the shape. Where it does not the shortcut needs layers: a `Dense` one, or of
    images a `Convolution` of kernel 1 with the branch's filters and stride, or `PaddedShortcut`, which learns nothing.
    An activation after the sum is a layer of its own behind the block.

    A block is one layer to monitors, rates and the summary. Inside, its layers are called as in a network: those of
    "residual_1" have their weights at "residual_1/branch/convolution_1/w".

    Shapes: x (n, ...) -> (n, ...) as the branch says; params and state = {"branch": by layer, "shortcut": by layer}.

    Args:
        branch: At least one layer.
        shortcut: Layers from x to the shape of the branch's outputs; () for x itself.

    Raises:
        InputError: If there is no branch, or two layers of it, or of the shortcut, have one name.

    Example:
        >>> import jax
        >>> from thalweg.layers.dense import Dense
        >>> params, _ = Residual((Dense(3),)).init(jax.random.key(0), (3,))
        >>> params["branch"]["dense_1"]["w"].shape, params["shortcut"]
        ((3, 3), {})

    Source: He et al., "Deep residual learning for image recognition", 2016, equations 1 and 2.
    """

    chains: ClassVar[tuple[str, ...]] = ("branch", "shortcut")

    branch: tuple[Layer, ...] = part(family="layer")
    shortcut: tuple[Layer, ...] = part((), family="layer")

    def __post_init__(self):
        """Check that there is a branch, and that names differ."""
        if not self.branch:
            raise InputError("Residual.branch must hold at least one layer; got ().")
        for field in self.chains:
            check_names(getattr(self, field), f"Residual.{field}")

    def init(self, key: Any, input_shape: Shape) -> tuple[Params, State]:
        """Draw the parameters of both ways for examples of `input_shape`.

        Args:
            key: Random key; each way draws from its own branch of it.
            input_shape: Shape of one example.

        Returns:
            (params, state).

        Raises:
            InputError: If a layer cannot take what the ones before it put out, or the two ways end in two shapes.
        """
        params, state, shapes = {}, {}, []
        for field in self.chains:
            try:
                params[field], state[field], shape = begin(inside(getattr(self, field)), role(key, field), input_shape)
            except InputError as error:
                raise InputError(f"{field}: {error}") from None
            shapes.append(shape)
        branch, shortcut = shapes
        if branch != shortcut:
            raise InputError(
                f"Residual adds its branch's outputs {branch} to its shortcut's {shortcut}, so that both need one "
                "shape. Let the branch keep the shape of its inputs, or give the shortcut a dense layer of the "
                "branch's units; of images a convolution of kernel 1 with its filters and stride, or a PaddedShortcut."
            )
        return params, state

    def apply(self, params: Params, state: State, x: Array, *, context: Context) -> tuple[Array, State]:
        """Return (F(x) + S(x), next state).

        Args:
            params: What `init` gave, or what training made of it.
            state: Of the layers of both ways.
            x: A batch (n, ...).
            context: Its `key`, if any, is branched by way and layer.

        Returns:
            The sums (n, ...), and the next state.
        """
        outputs, after = [], {}
        for field in self.chains:
            key = None if context.key is None else role(context.key, field)
            ended = follow(getattr(self, field), params[field], state[field], x, context=context._replace(key=key))
            outputs.append(ended.outputs)
            after[field] = ended.state
        branch, shortcut = outputs
        return branch + shortcut, after
