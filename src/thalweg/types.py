"""Names for what flows through the library."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
import optax

Array = jax.Array | np.ndarray
Scalar = float | int | jax.Array | np.ndarray | np.generic  # a tunable number: typed in, traced or batched
Shape = tuple[int, ...]
Params = Mapping[str, Any]  # arrays by name, nested by layer
State = Mapping[str, Any]  # what a layer remembers between steps besides its parameters; {} for none


class Context(NamedTuple):
    """What a layer may know of the call besides its input."""

    training: bool  # static: two compiled forms
    key: jax.Array | None  # random key of this layer and step; None when not training
    weight: Array  # (n,), 1 for a real example, 0 for padding; every batch statistic uses it
    targets: Array | None = None  # in training: a last layer need compute no more than the loss of these looks at
    product: Callable[[Array, Array], Array] = jnp.matmul  # of (..., k) inputs and (k, m) weights; maybe in 16 bits
    rounding: Any = None  # static: the float type that `product` rounds entries to, for other sums of products; None
    noise: bool = False  # static: whether layers that draw noise in training do so at inference, too
    frozen: Any = None  # whether this layer is, a boolean array; of a network by layer name; None where none can be

    @property
    def noisy(self) -> bool:
        """Whether a layer that draws noise is to draw it."""
        return self.training or self.noise


class Seen(NamedTuple):
    """What a start may know of the training rows."""

    x: Array  # (r, ...), the inputs of some of them; of all, in order, for a start that learns from all
    y: Array  # (n,) or (n, k), the targets of all
    weight: Array  # (n,), how much each counts in training


@runtime_checkable
class Initializer(Protocol):
    """Draws a weight array of `shape` for a unit with fan_in inputs and fan_out outputs."""

    def __call__(self, key: Any, shape: Shape, *, fan_in: int, fan_out: int) -> Array:
        """Return the drawn array, in the default float type."""
        ...


@runtime_checkable
class Layer(Protocol):
    """A pair of pure functions; shapes leave out the batch axis.

    One that multiplies its inputs by a matrix does so by the `product` of the context; a convolution heeds its
    `rounding`.
    """

    def init(self, key: Any, input_shape: Shape) -> tuple[Params, State]:
        """Draw parameters and state for examples of `input_shape`."""
        ...

    def apply(self, params: Params, state: State, x: Any, *, context: Context) -> tuple[Any, State]:
        """Map a batch (n, ...) to its outputs (n, ...) and the next state."""
        ...


@runtime_checkable
class Loss(Protocol):
    """One value an example from raw network outputs; `head` names the link that turns outputs into predictions."""

    # "softmax", or "margin" for scores that are no logs of probabilities: one output a class; "log_probability": one
    # output a class, the log of its probability; "sigmoid" and "sign": one output for two classes; "sigmoids" and
    # "signs": the same for each of several attributes, which do not exclude each other; "linear": values
    head: ClassVar[str]
    # A loss may also have `targets`: "raw" where they have to be in their own unit (then `allowed(targets)` says of
    # each whether it has a value there, and `wanted` in words which have), "shares" of each class, or "vectors" of
    # several amounts; neither of the last two comes in a table. One with `width` takes so many outputs for one value.

    def __call__(self, outputs: Any, targets: Any) -> Array:
        """Return (n,) losses, each at least 0."""
        ...

    def predict(self, outputs: Any) -> Array:
        """Return what the head makes of the outputs: (n, c) of classes, (n, k, 2) of no and yes, or values (n, k)."""
        ...


@runtime_checkable
class Penalty(Protocol):
    """One value a parameter tree."""

    def __call__(self, params: Params) -> Array:
        """Return the penalty, a scalar at least 0."""
        ...


@runtime_checkable
class Schedule(Protocol):
    """Share of the base rate to use at a step."""

    def __call__(self, step: Any, total: Any) -> Array:
        """Return the factor, in [0, 1], for step `step` (from 0) of `total`."""
        ...


@runtime_checkable
class UpdateRule(Protocol):
    """A spec with a `rate` whose `build()` is an Optax transformation; its numbers may be traced.

    A rule that takes the gradient elsewhere than at the parameters also has `gradient_point(params, rule_state)`. One
    whose `build()` gives a `GradientTransformationExtraArgs` is told `value`, `grad` and `value_fn`, the objective on
    this step's examples as a function of the parameters. One whose `full_batch` is true wants all rows in every step.
    """

    @property
    def rate(self) -> Any:
        """The base rate, a tunable number."""
        ...

    def build(self) -> optax.GradientTransformation:
        """Return the rule; the updates it gives are added to the parameters."""
        ...


@runtime_checkable
class Clip(Protocol):
    """What gradients become before a rule sees them."""

    def __call__(self, gradients: Params) -> Params:
        """Return the gradients, limited, in their structure."""
        ...


@runtime_checkable
class Projection(Protocol):
    """Where parameters are brought back to after a step."""

    def __call__(self, params: Params) -> Params:
        """Return the parameters, inside their set, in their structure."""
        ...


@runtime_checkable
class Start(Protocol):
    """What the drawn parameters become before the first step.

    One that learns from all training rows has `all_rows`, which is true.
    """

    def __call__(self, network: Any, loss: Loss, params: Params, state: State, seen: Any, *, key: Any) -> Params:
        """Return the parameters to start from, in their structure."""
        ...

    def outputs(self, loss: Loss, width: int, seen: Any) -> Array:
        """Return the (width,) outputs of a network whose weights tell nothing yet."""
        ...


@runtime_checkable
class Augmentation(Protocol):
    """What the images of a step become before the network sees them, in training alone; padding is changed too.

    One that does not take every image also has `check(input_shape)`, which raises InputError.
    """

    def __call__(self, x: Any, *, key: Any) -> Array:
        """Return the images (n, height, width, channels), each changed by a draw of its own."""
        ...


@runtime_checkable
class Mixing(Protocol):
    """What becomes of two examples of a step, in training alone.

    One that does not take inputs of every shape also has `check(input_shape)`, which raises InputError.
    """

    def __call__(self, x: Any, other: Any, *, key: Any) -> tuple[Array, Array]:
        """Return (inputs (n, ...) mixed of two (n, ...), how much of each is its own (n,), in [0, 1])."""
        ...


@runtime_checkable
class Rates(Protocol):
    """What each layer's updates are multiplied by, whatever the rule."""

    def init(self, params: Params) -> Any:
        """Return the state before the first step."""
        ...

    def factors(self, params: Params, state: Any, *, layers: tuple[str, ...]) -> Mapping[str, Any]:
        """Return factors by layer, each a scalar at least 0; a layer that is not in it keeps its updates."""
        ...

    def following(self, state: Any, params: Params, updates: Params) -> Any:
        """Return the state after a step in which the rule gave `updates`, before any factor."""
        ...


@runtime_checkable
class Averaging(Protocol):
    """Which weights are evaluated and kept, while training goes on with its own."""

    def init(self, params: Params, state: State) -> Any:
        """Return what is kept before the first step."""
        ...

    def following(self, kept: Any, params: Params, state: State, *, step: Any, total: Any, ends_epoch: Any) -> Any:
        """Return what is kept after step `step` (from 0) of `total`, which led to these weights."""
        ...

    def averaged(self, kept: Any, params: Params, state: State) -> tuple[Params, State]:
        """Return (params, state) to evaluate and to keep, in the structure of those that training is at."""
        ...
