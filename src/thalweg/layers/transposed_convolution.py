"""The transposed convolution of images, which makes them larger."""

import math

import jax.numpy as jnp
from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.initializers.auto import Auto
from thalweg.layers.convolving import Window, spread
from thalweg.layers.kernel import check_channels, check_kernel, drawn_kernel, shifted, window_of
from thalweg.layers.windows import IMAGE, Padding, Size, Windows
from thalweg.spec import part, spec, tunable
from thalweg.types import Array, Context, Initializer, Params, Scalar, Shape, State


@spec
class TransposedConvolution:
    """Spread each place of an image over a window of weights, and add up where windows lie on each other.

        y[p S + k D - P, q S + l D - P, o] = sum_(p, q, k, l, i) x[p, q, i] w[k, l, i, o] + b[o]

    An axis of N places becomes one of S (N - 1) + F - 2P, for windows of F weights, a stride of S, and P places cut off
    each end. With a dilation D a window reaches over (F - 1) D + 1 places, and that takes the place of F. A kernel of 2
    with a stride of 2 doubles an image, as the same convolution halves one. Where F is no multiple of S some places
    lie under more windows than others, which shows as a checkerboard.

    It does what the gradient of a `Convolution` does on its way to the input. That is the transpose and no inverse: it
    gives the sizes back, and not the numbers.

    Images are (height, width, channels).

    Shapes: x (n, height, width, channels) -> (n, rows, columns, filters); params = {"w": (F, F, channels / groups,
    filters), "b": (filters,)}; state = {}.

    Args:
        filters: Numbers computed at each place; at least 1, a multiple of `groups`.
        kernel: F, one number or (height, width); at least 1.
        stride: S, places from one window to the next; one number or a pair, at least 1.
        padding: P, places cut off all around: one number or a pair, at least 0 and less than a window reaches over;
            "valid" for none; "same" for F - S of both ends together, one more at the end where that is odd, which makes
            the size S times what it was.
        dilation: D, places from one weight of a window to the next; one number or a pair, at least 1.
        groups: At least 1; divides the channels and the filters. Each share of the filters gets its share of the
            channels.
        shift: Whether there is a b; without it a layer that subtracts means, such as `BatchNorm`, may follow.
        weights: Draws w from fan_in = F F channels / (groups S S), the products that add up to one place on average,
            and fan_out = F F filters / groups.
        bias: What every entry of b starts at.

    Raises:
        InputError: If a number is out of its range, `groups` does not divide `filters`, or the padding is "same" and a
            window reaches over less than a stride (when the spec is made).

    Example:
        >>> import jax
        >>> from thalweg.network.sequential import output_shape
        >>> output_shape(TransposedConvolution(8, kernel=4, stride=2, padding=1), (7, 7, 16))
        (14, 14, 8)

    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, section 4; of the
    checkerboard: Odena, Dumoulin and Olah, "Deconvolution and checkerboard artifacts", 2016.
    """

    filters: int
    kernel: Size = 2
    stride: Size = 2
    padding: Padding = "valid"
    dilation: Size = 1
    groups: int = 1
    shift: bool = True
    weights: Initializer = part(Auto(), family="initializer")
    bias: Scalar = tunable(0.0)

    def __post_init__(self):
        """Check the sizes."""
        check_kernel(self, axes=2, lost="or some would be cut off altogether")
        window, spans = window_of(self, 2)
        if self.padding == "same" and any(f < s for f, s in zip(spans, window.strides, strict=True)):
            raise InputError(
                f'TransposedConvolution.padding="same" needs windows that reach over a stride at least, '
                f"{' x '.join(map(str, window.strides))}; got {' x '.join(map(str, spans))}. Make the kernel larger, "
                'or set padding="valid".'
            )

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Draw the parameters for images of `input_shape` (no batch axis).

        Args:
            key: Random key.
            input_shape: (height, width, channels).

        Returns:
            (params, state).

        Raises:
            InputError: If that is no image, its channels are no multiple of `groups`, or all of it would be cut off.
        """
        if len(input_shape) != 3:
            raise InputError(
                f"TransposedConvolution needs images (height, width, channels); got input_shape={input_shape}. Put a "
                "Reshape before it."
            )
        window, _ = self._window()
        self._places(input_shape[:-1])
        return drawn_kernel(self, key, input_shape, overlap=1 / math.prod(window.strides)), {}

    def spreading(self) -> Windows:
        """Return the windows that places are spread over.

        Returns:
            What they reach and how far they lie apart in the output, and how much of the first one is cut off; nothing
            is left out.
        """
        window, spans = self._window()
        return Windows(spans, window.strides, (0,) * len(spans), tuple(before for before, _ in window.padding))

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
            InputError: If `x` has not the channels that `init` was told of, or all of it would be cut off.
        """
        x, w = check_channels(self, params, x)
        window, _ = self._window()
        *sizes, seen, filters = w.shape
        # The kernel of the convolution that this is the transpose of: from the filters to the channels.
        turned = jnp.swapaxes(w.reshape(*sizes, seen, self.groups, filters // self.groups), -1, -3)
        kernel = turned.reshape(*sizes, filters // self.groups, self.groups * seen)
        y = spread(x, kernel, window, self._places(x.shape[1:-1]), rounding=context.rounding)
        return shifted(self, params, y), state

    def _window(self) -> tuple[Window, tuple[int, ...]]:
        window, spans = window_of(self, 2)
        if self.padding == "same":
            cuts = [span - s for span, s in zip(spans, window.strides, strict=True)]
            window = window._replace(padding=tuple((cut // 2, cut - cut // 2) for cut in cuts))
        return window, spans

    def _places(self, places: Shape) -> Shape:
        window, spans = self._window()
        after = tuple(
            s * (n - 1) + span - sum(cut)
            for n, s, span, cut in zip(places, window.strides, spans, window.padding, strict=True)
        )
        for name, n, left in zip(IMAGE, places, after, strict=True):
            if left < 1:
                raise InputError(
                    f"TransposedConvolution would cut off all that it makes of a {name} of {n}: {left} places would be "
                    "left. Make the padding smaller or the kernel larger."
                )
        return after
