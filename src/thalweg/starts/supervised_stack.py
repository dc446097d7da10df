"""Start from layers that have learned the task one after the other, each with a head of its own."""

from typing import Any, ClassVar

import jax.numpy as jnp

from thalweg.errors import InputError
from thalweg.keys import role
from thalweg.network.sequential import Sequential
from thalweg.pretrain.descent import descend
from thalweg.pretrain.stages import Stage, at_inference, inputs_of, stages_of
from thalweg.spec import spec, tunable
from thalweg.starts import silent
from thalweg.types import Array, Context, Loss, Params, Scalar, Seen, State


@spec
class SupervisedStack:
    """Train the first hidden layer under a head of its own, freeze it, train the second above it, and so on.

        stage k: x_(k-1) fixed, params of layer k and head_k <- Adam down mean_i L(head_k(layer_k(x_(k-1))), y_i)
        x_k = layer_k(x_(k-1))

    So every layer learns with a loss right above it, and no gradient has to come down through many. Then
    back-propagation trains all layers together. The heads are thrown away; the network's last layer stays as drawn. A
    first layer that is told the task too soon may throw away what later ones would have needed: pre-training without
    labels often ends better.

    Args:
        epochs: Passes over the training rows by each stage; at least 1.
        rate: Of Adam; positive.
        batch: Rows a step; at least 1.

    Raises:
        InputError: If a number is outside its range; when used, if the network is not dense layers and layers that
            learn nothing, such as activations.

    Example:
        >>> SupervisedStack(epochs=5).rate
        0.001

    Source: Bengio, Lamblin, Popovici and Larochelle, "Greedy layer-wise training of deep networks", 2007, section 4.
    """

    all_rows: ClassVar[bool] = True  # it learns from every training row

    epochs: Scalar = tunable(10, low=1, high=1_000_000, whole=True)
    rate: Scalar = tunable(0.001, low=0.0, open_low=True)
    batch: int = 100

    def __post_init__(self):
        """Check the batch size."""
        if self.batch < 1:
            raise InputError(f"SupervisedStack.batch must be at least 1; got {self.batch}.")

    def __call__(self, network: Any, loss: Loss, params: Params, state: State, seen: Seen, *, key: Any) -> Params:
        """Return the parameters with all dense layers but the last trained one after the other.

        Args:
            network: Dense layers, and others that learn nothing.
            loss: Of the network's outputs.
            params: What the network drew, by layer name.
            state: What it begins with, by layer name.
            seen: All training rows, with their targets.
            key: The one the parameters were drawn with.

        Returns:
            The parameters.

        Raises:
            InputError: If the network is another one.
        """
        stages = stages_of(network, params, state, start="supervised_stack")
        x, weight = inputs_of(stages, seen.x), jnp.asarray(seen.weight)
        found = dict(params)
        for place, stage in enumerate(stages.hidden):
            own = role(key, f"stage {place + 1}")
            learned = self._learned(stage, stages.head.layers[0], loss, found, x, seen.y, weight.astype(x.dtype), own)
            found[stage.names[0]] = {**found[stage.names[0]], **learned}
            x = stage.apply(found, x, at_inference(x))
        return found

    outputs = staticmethod(silent.outputs)

    def _learned(
        self, stage: Stage, head: Any, loss: Loss, params: Params, x: Array, y: Array, weight: Array, key: Any
    ) -> Params:
        width = params[stage.names[0]]["b"].shape[0]
        chain = Sequential((head,))  # which chooses the head's initialiser, if it is left open
        drawn = chain.init(role(key, "head"), (width,))[0][chain.names()[0]]
        dense = {name: jnp.asarray(leaf) for name, leaf in params[stage.names[0]].items()}
        drawn = {name: leaf.astype(dense["w"].dtype) for name, leaf in drawn.items()}
        targets = jnp.asarray(y)

        def losses(both: Params, places: Array, own: Any) -> Array:
            context = Context(True, own, jnp.ones(len(places), x.dtype))
            hidden = stage.apply({**params, stage.names[0]: both["dense"]}, x[places], context)
            outputs, _ = head.apply(both["head"], {}, hidden, context=context)
            return loss(outputs, targets[places])

        both = {"dense": dense, "head": drawn}
        numbers = {"rate": self.rate, "batch": self.batch, "epochs": self.epochs}
        return descend(losses, both, weight, **numbers, key=role(key, "passes"))["dense"]
