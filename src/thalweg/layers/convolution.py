"""The convolution of images."""

from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.initializers.auto import Auto
from thalweg.layers.kernel import applied, check_kernel, drawn_kernel, fitted
from thalweg.layers.windows import Fit, Padding, Size, Windows
from thalweg.spec import part, spec, tunable
from thalweg.types import Array, Context, Initializer, Params, Scalar, Shape, State


@spec
class Convolution:
    """Lay the same small windows of weights over every place of an image.

        y[p, q, o] = sum_(k, l, i) x[p S + k D - P, q S + l D - P, i] w[k, l, i, o] + b[o]

    There are (N - F + 2P) / S + 1 windows along an axis of N places, for F weights, P zeros at each end and a stride of
    S. With a dilation D a window reaches over (F - 1) D + 1 places, and that takes the place of F. Where the number is
    not whole the last places would be seen by no window: that is refused, or left out with `fit="floor"`.

    With groups, each share of the filters sees its share of the channels alone; as many groups as channels give a
    depthwise convolution. A kernel of 1 mixes the channels of each place. A stride of 2 halves an image, as pooling
    does, with weights that are learned.

    Images are (height, width, channels); grey ones have one channel. A sequence has a layer of its own,
    `SequenceConvolution`.

    Shapes: x (n, height, width, channels) -> (n, rows of windows, columns of windows, filters); params =
    {"w": (F, F, channels / groups, filters), "b": (filters,)}; state = {}.

    Args:
        filters: Numbers computed at each place; at least 1, a multiple of `groups`.
        kernel: F, one number or (height, width); at least 1.
        stride: S, places from one window to the next; one number or a pair, at least 1.
        padding: P, zeros around the image: one number or a pair, at least 0 and less than a window reaches over;
            "valid" for none; "same" for (F - 1) / 2, which keeps the size under a stride of 1.
        dilation: D, places from one weight of a window to the next; one number or a pair, at least 1.
        groups: At least 1; divides the channels and the filters.
        fit: What becomes of an image that the windows do not fit: "error" or "floor".
        shift: Whether there is a b; without it a layer that subtracts means, such as `BatchNorm`, may follow.
        weights: Draws w from fan_in = F F channels / groups and fan_out = F F filters / groups.
        bias: What every entry of b starts at.

    Raises:
        InputError: If a number is out of its range, or `groups` does not divide `filters` (when the spec is made).

    Example:
        >>> import jax
        >>> params, _ = Convolution(10, kernel=5, padding=2).init(jax.random.key(0), (32, 32, 3))
        >>> params["w"].shape, params["b"].shape  # 760 parameters
        ((5, 5, 3, 10), (10,))

    Source: CS231n notes, "Convolutional Networks", "Convolutional layer"; dilation: Yu and Koltun, "Multi-scale context
    aggregation by dilated convolutions", 2016.
    """

    filters: int
    kernel: Size = 3
    stride: Size = 1
    padding: Padding = "valid"
    dilation: Size = 1
    groups: int = 1
    fit: Fit = "error"
    shift: bool = True
    weights: Initializer = part(Auto(), family="initializer")
    bias: Scalar = tunable(0.0)

    def __post_init__(self):
        """Check the sizes."""
        check_kernel(self, axes=2)

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Draw the parameters for images of `input_shape` (no batch axis).

        Args:
            key: Random key.
            input_shape: (height, width, channels).

        Returns:
            (params, state).

        Raises:
            InputError: If that is no image, its channels are no multiple of `groups`, or the windows do not fit.
        """
        self.windows(input_shape)
        return drawn_kernel(self, key, input_shape), {}

    def windows(self, input_shape: Shape) -> Windows:
        """Return the windows over one image.

        Args:
            input_shape: (height, width, channels).

        Returns:
            What they reach, how far they lie apart and what they leave out.

        Raises:
            InputError: If that is no image, or they do not fit.
        """
        if len(input_shape) != 3:
            raise InputError(
                f"Convolution needs images (height, width, channels); got input_shape={input_shape}. Put a Reshape "
                "before it, or take SequenceConvolution for a sequence (length, channels)."
            )
        return fitted(self, input_shape)[1]

    def apply(
        self, params: Params, state: State, x: Float[Array, "n height width channels"], *, context: Context
    ) -> tuple[Float[Array, "n rows columns filters"], State]:
        """Return (outputs, state).

        Args:
            params: What `init` gave, or what training made of it.
            state: {}.
            x: Images (n, height, width, channels).
            context: Its rounding is that of the products. Training and inference are alike.

        Returns:
            The outputs and the state as it was.

        Raises:
            InputError: If `x` has not the channels that `init` was told of, or the windows do not fit.
        """
        return applied(self, params, x, context), state
