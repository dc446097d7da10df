"""How the network of the race to 94% moves: a rule for each sort of parameter, and rates that fall in a straight line.

These are of one network and no other, so they stand here and not among Thalweg's parts.
"""

from typing import ClassVar

import jax.numpy as jnp
import optax

from thalweg.spec import spec, tunable
from thalweg.trees import map_named
from thalweg.types import Array, Scalar
from thalweg.updates.muon import Muon


@spec
class Falling:
    """Let the rate fall to 0 in a straight line."""

    def __call__(self, step: Scalar, total: Scalar) -> Array:
        """Return the factor for a step."""
        return 1 - jnp.minimum(jnp.asarray(step, float) / jnp.asarray(total, float), 1)


@spec
class BySort:
    """Move kernels by Muon, and shifts and the last layer's weights by Nesterov's momentum with decay.

    The whitening's kernel, the scales and the last layer's biases stay as they are: the published network trains none
    of them. The whitening's biases move at a rate that falls to 0 within a share of the run.

    The publication sums a batch's losses, and this takes their mean: its rates and decay are times the batch.

    Source: Jordan, "airbench94_muon", 2024. That the last layer's outputs are divided by its inputs there is here in
    the size of its first weights and in its rate.

    Args:
        batch: Examples a step.
        inputs: Of the last layer.
        rate: Share of all rates.
        kernels: Muon's rate.
        biases: Rate of shifts, an example.
        last: Rate of the last layer's weights, an example, if its outputs were divided by its inputs.
        decay: Share of what momentum moves that each step adds to its gradient, an example.
        whitened: Share of the run in which the whitening's biases move.
    """

    bounded_steps: ClassVar[bool] = False

    batch: int
    inputs: int
    rate: Scalar = tunable(1.0, low=0.0)
    kernels: Scalar = tunable(0.24, low=0.0)
    biases: Scalar = tunable(0.053, low=0.0)
    last: Scalar = tunable(0.67, low=0.0)
    decay: Scalar = tunable(2e-6, low=0.0)
    whitened: Scalar = tunable(0.375, low=0.0, high=1.0, open_low=True)

    def build(self) -> optax.GradientTransformation:
        """Return the rule as an Optax transformation, whose update needs the parameters."""

        def momentum(rate, share):
            return optax.chain(
                optax.scale(self.batch * rate),
                optax.add_decayed_weights(self.batch * self.decay),
                optax.trace(0.85, nesterov=True),
                optax.scale(-share),
            )

        rules = {
            "kernel": Muon(self.rate * self.kernels, mu=0.6).build(),
            "bias": momentum(self.biases, self.rate),
            "last": momentum(self.last / self.inputs**2, self.rate),
            "whitening": momentum(self.biases, jnp.maximum(1 - (1 - self.rate) / self.whitened, 0)),
            "still": optax.set_to_zero(),
        }
        return optax.multi_transform(rules, lambda params: map_named(_sort, params))


def _sort(path: str, leaf: Array) -> str:
    layer, _, name = path.rpartition("/")
    if name == "w":
        return "still" if layer == "whitening" else "kernel" if jnp.ndim(leaf) == 4 else "last"
    return {"beta": "bias", "b": "whitening" if layer == "whitening" else "still"}.get(name, "still")
