"""The whole experiment as one frozen value."""

from typing import Any, Literal

from thalweg.averaging.no_averaging import NoAveraging
from thalweg.clips.no_clip import NoClip
from thalweg.errors import InputError
from thalweg.mixings.no_mixing import NoMixing
from thalweg.network.sequential import Sequential
from thalweg.objective import Objective
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.preprocess.arrays import NoPreprocessing
from thalweg.preprocess.chain import check_chain
from thalweg.projections.no_projection import NoProjection
from thalweg.rates.same_rates import SameRates
from thalweg.schedules.constant import Constant
from thalweg.schedules.keep_on_plateau import KeepOnPlateau
from thalweg.schedules.reduce_on_plateau import ReduceOnPlateau
from thalweg.spec import part, spec, tunable
from thalweg.starts.as_drawn import AsDrawn
from thalweg.types import (
    Augmentation,
    Averaging,
    Clip,
    Loss,
    Mixing,
    Penalty,
    Projection,
    Rates,
    Scalar,
    Schedule,
    Start,
    UpdateRule,
)
from thalweg.updates.adam import Adam


@spec
class Training:
    """How long and in what portions to train.

    Args:
        batch: Examples a step; at least 1. The whole training part or more means full batch.
        epochs: Passes over the training part at most.
        patience: Stop after this many epochs without a better validation score.
        plateau: What the rate does when the validation score stops becoming better.

    Raises:
        InputError: If a number is outside its range.

    Source: CS231n notes, "Neural Networks Part 3"; early stopping: Goodfellow et al., "Deep Learning", 7.8.
    """

    batch: int = 128
    epochs: Scalar = tunable(100, low=1, high=10_000_000, whole=True)
    patience: Scalar = tunable(20, low=1, high=10_000_000, whole=True)
    plateau: KeepOnPlateau | ReduceOnPlateau = part(KeepOnPlateau(), family="plateau")

    def __post_init__(self):
        """Check the batch size."""
        if self.batch < 1:
            raise InputError(f"Training.batch must be at least 1; got {self.batch}.")


@spec
class Experiment:
    """All that makes a training run, but for the data and the seeds.

    Args:
        network: Its last layer gives as many outputs as the loss needs.
        loss: Matched to the task: softmax for classes, binary for two, squared error for numbers.
        preprocess: Fitted on the training part; one, or a tuple of several, each fed by the one before it.
        penalty: On the weights.
        update: Its rate is the base rate.
        schedule: The share of the base rate at each step.
        training: How long and in what portions.
        clip: Limit on the gradient that the update rule sees.
        projection: Limit on the parameters, kept after every step.
        start: What the drawn parameters become before the first step.
        rates: The share of the rate that each layer moves at.
        augment: What training images become before each step sees them, one change after the other; () for nothing.
        mix: What becomes of two training examples behind these changes: the inputs and the losses of both are mixed.
        averaging: Which weights are evaluated and kept: those that training is at, or an average of them.
        reduction: Whether the objective has the "mean" of a batch's losses, or their "sum".

    Raises:
        InputError: If several preprocessings are none, or in an order that fits no data.
    """

    network: Sequential = part(family="network")
    loss: Loss = part(family="loss")
    preprocess: Any = part(NoPreprocessing(), family="preprocessing")
    penalty: Penalty = part(NoPenalty(), family="penalty")
    update: UpdateRule = part(Adam(), family="update rule")
    schedule: Schedule = part(Constant(), family="schedule")
    training: Training = part(Training(), family="training")
    clip: Clip = part(NoClip(), family="clip")
    projection: Projection = part(NoProjection(), family="projection")
    start: Start = part(AsDrawn(), family="start")
    rates: Rates = part(SameRates(), family="rates")
    augment: tuple[Augmentation, ...] = part((), family="augmentation")
    mix: Mixing = part(NoMixing(), family="mixing")
    averaging: Averaging = part(NoAveraging(), family="averaging")
    reduction: Literal["mean", "sum"] = "mean"

    def __post_init__(self):
        """Check the order of several preprocessings."""
        check_chain(self.preprocess)

    def objective(self) -> Objective:
        """Return what training makes small: the mean loss of the network's outputs, or the sum, plus the penalty."""
        return Objective(self.network, self.loss, self.penalty, self.reduction)
