"""Start from auto-encoders, one above the other, that have seen the training rows without their labels."""

from typing import Any, ClassVar, Literal

import jax
import jax.numpy as jnp

from thalweg.activations.sigmoid import Sigmoid
from thalweg.errors import InputError
from thalweg.keys import role
from thalweg.layers.activation import Activation
from thalweg.pretrain.descent import descend
from thalweg.pretrain.stages import Stage, at_inference, inputs_of, stages_of
from thalweg.spec import spec, tunable
from thalweg.starts import silent
from thalweg.types import Array, Loss, Params, Scalar, Seen, State


@spec
class AutoencoderStack:
    """Let each hidden layer learn to tell its inputs from a corrupted copy of them.

        z = x with a share of its entries at rest,    h = layer(z),    r = h w' + b'    (w of the layer, transposed)
        bounded: L = sum_j log(1 + exp(r_j)) - p_j r_j,  p = (x - low) / (high - low);    real: L = 1/2 |x - r|^2
        x_k = layer_k(x_(k-1)), from uncorrupted inputs

    The layer must keep in h what tells x, or w' could not bring it back; the corruption keeps it from copying where it
    is as wide as its inputs. b' is thrown away; the network's last layer stays as drawn. Then back-propagation trains
    all layers on.

    The network's own inputs are bounded or real as `inputs` says, low and high the smallest and the largest of all.
    Outputs of a sigmoid are probabilities, from 0 to 1; those of other activations are real. Entries at rest are
    `low`, and 0 for real numbers.

    Args:
        corruption: Share of the entries that are at rest, drawn anew at every step; in [0, 1). At 0 the auto-encoders
            are plain ones.
        epochs: Passes over the training rows by each layer; at least 1.
        rate: Of Adam; positive.
        batch: Rows a step; at least 1.
        inputs: "bounded" or "real".

    Raises:
        InputError: If a number is outside its range; when used, if the network is not dense layers and layers that
            learn nothing, such as activations.

    Example:
        >>> AutoencoderStack(corruption=0.5).epochs
        10

    Source: Vincent, Larochelle, Lajoie, Bengio and Manzagol, "Stacked denoising autoencoders", 2010, sections 3 and 4;
    Bengio, Lamblin, Popovici and Larochelle, "Greedy layer-wise training of deep networks", 2007.
    """

    all_rows: ClassVar[bool] = True  # it learns from every training row

    corruption: Scalar = tunable(0.25, low=0.0, high=1.0, open_high=True)
    epochs: Scalar = tunable(10, low=1, high=1_000_000, whole=True)
    rate: Scalar = tunable(0.001, low=0.0, open_low=True)
    batch: int = 100
    inputs: Literal["bounded", "real"] = "bounded"

    def __post_init__(self):
        """Check the batch size."""
        if self.batch < 1:
            raise InputError(f"AutoencoderStack.batch must be at least 1; got {self.batch}.")

    def __call__(self, network: Any, loss: Loss, params: Params, state: State, seen: Seen, *, key: Any) -> Params:
        """Return the parameters with all dense layers but the last from auto-encoders.

        Args:
            network: Dense layers, and others that learn nothing.
            loss: Not used.
            params: What the network drew, by layer name.
            state: What it begins with, by layer name.
            seen: All training rows; targets are not looked at.
            key: The one the parameters were drawn with.

        Returns:
            The parameters.

        Raises:
            InputError: If the network is another one.
        """
        del loss
        stages = stages_of(network, params, state, start="autoencoder_stack")
        x, bounded = inputs_of(stages, seen.x), self.inputs == "bounded"
        low, high = (x.min(), x.max()) if bounded else (jnp.zeros((), x.dtype), jnp.ones((), x.dtype))
        weight, found = jnp.asarray(seen.weight).astype(x.dtype), dict(params)
        for place, stage in enumerate(stages.hidden):
            own = role(key, f"auto-encoder {place + 1}")
            learned = self._learned(stage, found, x, weight, own, bounded=bounded, low=low, high=high)
            found[stage.names[0]] = {**found[stage.names[0]], **learned}
            x, bounded = stage.apply(found, x, at_inference(x)), Activation(Sigmoid()) in stage.layers
            low, high = jnp.zeros((), x.dtype), jnp.ones((), x.dtype)
        return found

    outputs = staticmethod(silent.outputs)

    def _learned(
        self,
        stage: Stage,
        params: Params,
        x: Array,
        weight: Array,
        key: Any,
        *,
        bounded: bool,
        low: Array,
        high: Array,
    ) -> Params:
        dense = {name: jnp.asarray(leaf) for name, leaf in params[stage.names[0]].items()}
        width = jnp.where(high > low, high - low, 1)

        def losses(both: Params, places: Array, own: Any) -> Array:
            given = x[places]
            kept = jax.random.uniform(own, given.shape, x.dtype) >= jnp.asarray(self.corruption, x.dtype)
            corrupted = jnp.where(kept, given, low)
            hidden = stage.apply({**params, stage.names[0]: both["dense"]}, corrupted, at_inference(corrupted))
            told = hidden @ both["dense"]["w"].T + both["back"][None]
            if bounded:
                return jnp.sum(jax.nn.softplus(told) - (given - low) / width * told, axis=1)
            return 0.5 * jnp.sum(jnp.square(given - told), axis=1)

        both = {"dense": dense, "back": jnp.zeros(x.shape[1], dense["w"].dtype)}
        numbers = {"rate": self.rate, "batch": self.batch, "epochs": self.epochs}
        return descend(losses, both, weight, **numbers, key=role(key, "passes"))["dense"]
