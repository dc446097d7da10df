"""Start from a deep belief network that has seen the training rows without their labels."""

from typing import Any, ClassVar, Literal

import jax.numpy as jnp

from thalweg.errors import InputError
from thalweg.keys import role
from thalweg.pretrain.boltzmann.contrastive_divergence import ContrastiveDivergence
from thalweg.pretrain.boltzmann.parameters import begun_from
from thalweg.pretrain.boltzmann.stack import BeliefNetwork, greedy_machines
from thalweg.pretrain.boltzmann.training import BoltzmannTraining
from thalweg.pretrain.boltzmann.units import BernoulliUnits, GaussianUnits
from thalweg.pretrain.boltzmann.untied import recognition, untie
from thalweg.pretrain.boltzmann.wake_sleep import WakeSleep, tuned
from thalweg.pretrain.stages import check_sigmoids, inputs_of, stages_of
from thalweg.spec import spec, tunable
from thalweg.starts import silent
from thalweg.types import Array, Loss, Params, Scalar, Seen, State


@spec
class BoltzmannStack:
    """Give each hidden layer of sigmoids what a restricted Boltzmann machine learned from the layer below.

        x_0 = (inputs - low) / (high - low),    machine k learns x_(k-1),    x_k = sigmoid(c_k + x_(k-1) W_k)
        w_k = W_k, b_k = c_k;    of the first layer w_1 = W_1 / (high - low), b_1 = c_1 - low sum W_1 / (high - low)

    Then back-propagation trains all layers on. A deep network of sigmoids hardly learns from random weights, for each
    layer makes the gradient several times shorter; from these it does. The last layer stays as drawn.

    low and high are the smallest and the largest of all training inputs, so that the lowest machine sees probabilities;
    of pixels from 0 to 255, however they were scaled, these are their shares of white. With inputs="real" its visible
    units are real numbers of variance 1: standardise the columns. Machines are trained by contrastive divergence at a
    rate that falls evenly to 0, each on all training rows.

    With generative_epochs above 0 the stack then learns as one model of the inputs, by the wake-sleep algorithm. Each
    hidden layer but the last gets weights G_k for the way down, at first those of its machine; W_k keeps the way up:

        wake:   x_k drawn on the way up,      G_k <- G_k + rate_t (x_(k-1) - E[x_(k-1) | x_k]) x_k'
        sleep:  y_k drawn on the way down,    W_k <- W_k + rate_t y_(k-1) (y_k - sigmoid(c_k + y_(k-1) W_k))'

    The way down begins where the way up ended, after generative_steps of Gibbs sampling in the last machine, which
    learns by contrastive divergence of as many. A network of one hidden layer has the last machine alone. It serves the
    model of the inputs; whether it serves the task is another question, and at a rate of 0.1 it did it harm on MNIST.

    Args:
        epochs: Passes over the training rows by each machine; at least 1.
        rate: Step size of the first step; positive.
        first_share: Share of the rate that the lowest machine is trained at; positive. Of real inputs 0.1 or less.
        momentum: Share of the velocity kept each step, in [0, 1).
        decay: Of the weights each step, times the rate; at least 0.
        steps: Of contrastive divergence; at least 1.
        batch: Rows a step; at least 1.
        inputs: "bounded" or "real".
        binarise: Whether states of 0 and 1 are drawn from the probabilities that a machine sees, anew at every epoch.
        generative_epochs: Passes over the training rows by wake-sleep; 0 for none.
        generative_rate: Step size of its first step, which falls evenly to 0 too; positive.
        generative_steps: Of Gibbs sampling in the last machine; at least 1.

    Raises:
        InputError: If a number is outside its range; when used, if the network is not dense layers with sigmoids.

    Example:
        >>> BoltzmannStack(epochs=5).rate
        0.1

    Source: Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets", 2006; Hinton and Salakhutdinov,
    "Reducing the dimensionality of data with neural networks", 2006; wake-sleep: section 5 and appendix B of the first.
    """

    all_rows: ClassVar[bool] = True  # it learns from every training row

    epochs: Scalar = tunable(10, low=1, high=1_000_000, whole=True)
    rate: Scalar = tunable(0.1, low=0.0, open_low=True)
    first_share: Scalar = tunable(1.0, low=0.0, open_low=True)
    momentum: Scalar = tunable(0.5, low=0.0, high=1.0, open_high=True)
    decay: Scalar = tunable(0.0002, low=0.0)
    steps: Scalar = tunable(1, low=1, high=1_000_000, whole=True)
    batch: int = 100
    inputs: Literal["bounded", "real"] = "bounded"
    binarise: bool = False
    generative_epochs: Scalar = tunable(0, low=0, high=1_000_000, whole=True)
    generative_rate: Scalar = tunable(0.01, low=0.0, open_low=True)
    generative_steps: Scalar = tunable(3, low=1, high=1_000_000, whole=True)

    def __post_init__(self):
        """Check the batch size."""
        if self.batch < 1:
            raise InputError(f"BoltzmannStack.batch must be at least 1; got {self.batch}.")

    def __call__(self, network: Any, loss: Loss, params: Params, state: State, seen: Seen, *, key: Any) -> Params:
        """Return the parameters with all dense layers but the last from machines.

        Args:
            network: Dense layers, a sigmoid behind each but the last.
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
        stages = stages_of(network, params, state, start="boltzmann_stack")
        check_sigmoids(stages, start="boltzmann_stack")
        x = inputs_of(stages, seen.x)
        bounded = self.inputs == "bounded"
        low, width = _range(x) if bounded else (jnp.zeros((), x.dtype), jnp.ones((), x.dtype))
        x, weight = (x - low) / width, jnp.asarray(seen.weight, x.dtype)
        training = BoltzmannTraining(
            ContrastiveDivergence(self.steps),
            rate=self.rate,
            momentum=self.momentum,
            decay=self.decay,
            epochs=self.epochs,
            batch=self.batch,
            binarise=self.binarise,
        )
        machines = greedy_machines(
            x,
            weight,
            training,
            BernoulliUnits() if bounded else GaussianUnits(),
            self.first_share,
            key,
            widths=tuple(params[stage.names[0]]["b"].shape[0] for stage in stages.hidden),
        )
        together = WakeSleep(
            rate=self.generative_rate,
            steps=self.generative_steps,
            epochs=self.generative_epochs,
            batch=self.batch,
            binarise=self.binarise and bounded,
        )
        stack = untie(BeliefNetwork(machines))
        machines = recognition(tuned(stack, x, weight, together, self.first_share, role(key, "wake-sleep"))).machines
        first = machines[0]
        folded = first._replace(
            weights=first.weights / width, hidden_bias=first.hidden_bias - low / width * first.weights.sum(axis=0)
        )
        return begun_from(params, tuple(stage.names[0] for stage in stages.hidden), (folded, *machines[1:]))

    outputs = staticmethod(silent.outputs)


def _range(x: Array) -> tuple[Array, Array]:
    low, high = x.min(), x.max()
    return low, jnp.where(high > low, high - low, 1)
