"""Look inside a network on a few images: every layer's output, and what the score of a class hangs on."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Float, Int

from thalweg.objective import Objective
from thalweg.platform import jit
from thalweg.types import Array, Context, Loss, Params, State


class ClassView(NamedTuple):
    """A network on n images, in inference mode."""

    scores: Float[Array, " n"]  # of the class asked for, before any softmax
    activations: dict[str, Array]  # (n, ...) each layer's output, by layer name
    of_inputs: Float[Array, "n ..."]  # gradient of each image's score with respect to the image
    of_layer: Float[Array, "n ..."] | None  # the same with respect to one layer's output, if it was asked for


def class_view(
    objective: Objective,
    params: Params,
    state: State,
    x: Float[Array, "n ..."],
    classes: Int[Array, " n"],
    *,
    layer: str = "",
) -> ClassView:
    """Return a network's inner values on images, and the gradients of the scores of their classes.

    Args:
        objective: Gives the network, and the loss, whose head says what the outputs are.
        params: The network's parameters.
        state: The network's state.
        x: Preprocessed images (n, ...).
        classes: (n,), the class of each that is asked about.
        layer: Name of the layer whose output's gradient is wanted too; "" for none.

    Returns:
        The view.

    Example:
        >>> from thalweg.layers.dense import Dense
        >>> from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
        >>> from thalweg.network.sequential import Sequential
        >>> objective = Objective(Sequential((Dense(2),)), SoftmaxCrossEntropy())
        >>> params = {"dense_1": {"w": jnp.array([[1.0, 2.0], [3.0, 4.0]]), "b": jnp.zeros(2)}}
        >>> view = class_view(objective, params, {"dense_1": {}}, jnp.ones((1, 2)), jnp.array([1]))
        >>> view.scores.tolist(), view.of_inputs.tolist()
        ([6.0], [[2.0, 4.0]])
    """
    return _compiled_view(objective, params, state, x, classes, layer=layer)


def class_score(loss: Loss, outputs: Float[Array, "n k"], classes: Int[Array, " n"]) -> Float[Array, " n"]:
    """Return the score of a class that a network's raw outputs give.

        S_c = f_c;    of two classes told apart by one output f: S_1 = f, S_0 = -f

    Args:
        loss: Told by its head.
        outputs: Raw, as the loss takes them.
        classes: (n,), in 0 .. C - 1.

    Returns:
        (n,), one score an image.
    """
    if loss.head in ("sigmoid", "sign"):
        return jnp.where(classes == 1, outputs[:, 0], -outputs[:, 0])
    return jnp.take_along_axis(outputs, classes[:, None], axis=1)[:, 0]


def _view(objective: Objective, params: Params, state: State, x: Array, classes: Array, *, layer: str) -> ClassView:
    context = Context(False, None, jnp.ones(x.shape[0], x.dtype))

    def traced(x, taps):
        return objective.network.trace(params, state, x, context=context, taps=taps)

    def total(x, taps):
        inner = traced(x, taps)
        scores = class_score(objective.loss, inner.outputs, classes)
        return jnp.sum(scores), (scores, inner.activations)  # a row's gradient is that of its own score

    taps = None
    if layer:
        shape = jax.eval_shape(lambda: traced(x, None).activations[layer])
        taps = {layer: jnp.zeros(shape.shape, shape.dtype)}
    (of_inputs, of_taps), (scores, activations) = jax.grad(total, argnums=(0, 1), has_aux=True)(x, taps)
    return ClassView(scores, activations, of_inputs, of_taps[layer] if layer else None)


_compiled_view = jit(_view, static=("layer",))
