"""The convolution of sequences."""

from typing import Literal

from jaxtyping import Float, Key

from thalweg.errors import InputError
from thalweg.initializers.auto import Auto
from thalweg.layers.kernel import applied, check_kernel, drawn_kernel, fitted
from thalweg.layers.windows import Fit, Windows
from thalweg.spec import part, spec, tunable
from thalweg.types import Array, Context, Initializer, Params, Scalar, Shape, State


@spec
class SequenceConvolution:
    """Lay the same short windows of weights over every step of a sequence.

        y[p, o] = sum_(k, i) x[p S + k D - P, i] w[k, i, o] + b[o]

    It is `Convolution` along one axis, and its numbers mean what they mean there: of a length N there are
    (N - F + 2P) / S + 1 windows, where a window reaches over (F - 1) D + 1 steps in place of F.

    Steps that fill up a shorter sequence count as any do. With a b they are no longer 0 behind this layer, so that a
    recurrent layer takes them for steps of the sequence: there, leave it out with `shift=False`.

    Shapes: x (n, length, channels) -> (n, windows, filters); params = {"w": (F, channels / groups, filters),
    "b": (filters,)}; state = {}.

    Args:
        filters: Numbers computed at each step; at least 1, a multiple of `groups`.
        kernel: F, weights along the sequence; at least 1.
        stride: S, steps from one window to the next; at least 1.
        padding: P, zeros at each end, at least 0 and less than a window reaches over; "valid" for none; "same" for
            (F - 1) / 2, which keeps the length under a stride of 1.
        dilation: D, steps from one weight of a window to the next; at least 1.
        groups: At least 1; divides the channels and the filters.
        fit: What becomes of a length that the windows do not fit: "error" or "floor", which leaves out its last steps.
        shift: Whether there is a b.
        weights: Draws w from fan_in = F channels / groups and fan_out = F filters / groups.
        bias: What every entry of b starts at.

    Raises:
        InputError: If a number is out of its range, or `groups` does not divide `filters` (when the spec is made).

    Example:
        >>> import jax
        >>> params, _ = SequenceConvolution(8, kernel=5).init(jax.random.key(0), (100, 2))
        >>> params["w"].shape
        (5, 2, 8)

    Source: Waibel et al., "Phoneme recognition using time-delay neural networks", 1989.
    """

    filters: int
    kernel: int = 3
    stride: int = 1
    padding: int | Literal["valid", "same"] = "valid"
    dilation: int = 1
    groups: int = 1
    fit: Fit = "error"
    shift: bool = True
    weights: Initializer = part(Auto(), family="initializer")
    bias: Scalar = tunable(0.0)

    def __post_init__(self):
        """Check the sizes."""
        check_kernel(self, axes=1)

    def init(self, key: Key[Array, ""], input_shape: Shape) -> tuple[Params, State]:
        """Draw the parameters for sequences of `input_shape` (no batch axis).

        Args:
            key: Random key.
            input_shape: (length, channels).

        Returns:
            (params, state).

        Raises:
            InputError: If that is no sequence, its channels are no multiple of `groups`, or the windows do not fit.
        """
        self.windows(input_shape)
        return drawn_kernel(self, key, input_shape), {}

    def windows(self, input_shape: Shape) -> Windows:
        """Return the windows over one sequence.

        Args:
            input_shape: (length, channels).

        Returns:
            What they reach, how far they lie apart and what they leave out.

        Raises:
            InputError: If that is no sequence, or they do not fit.
        """
        if len(input_shape) != 2:
            raise InputError(
                f"SequenceConvolution needs sequences (length, channels); got input_shape={input_shape}. Put a Reshape "
                "before it, or take Convolution for images (height, width, channels)."
            )
        return fitted(self, input_shape)[1]

    def apply(
        self, params: Params, state: State, x: Float[Array, "n length channels"], *, context: Context
    ) -> tuple[Float[Array, "n windows filters"], State]:
        """Return (outputs, state).

        Args:
            params: What `init` gave, or what training made of it.
            state: {}.
            x: Sequences (n, length, channels).
            context: Its rounding is that of the products. Training and inference are alike.

        Returns:
            The outputs and the state as it was.

        Raises:
            InputError: If `x` has not the channels that `init` was told of, or the windows do not fit.
        """
        return applied(self, params, x, context), state
