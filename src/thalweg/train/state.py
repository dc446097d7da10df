"""All that training changes, and the spec that says how."""

from typing import Any, NamedTuple

from jaxtyping import Bool, Float, Int

from thalweg.averaging.no_averaging import NoAveraging
from thalweg.clips.no_clip import NoClip
from thalweg.experiment import Experiment
from thalweg.mixings.no_mixing import NoMixing
from thalweg.objective import Objective
from thalweg.projections.no_projection import NoProjection
from thalweg.rates.same_rates import SameRates
from thalweg.spec import part, spec
from thalweg.types import (
    Array,
    Augmentation,
    Averaging,
    Clip,
    Mixing,
    Params,
    Projection,
    Rates,
    Schedule,
    State,
    UpdateRule,
)


@spec
class Learner:
    """The part of an experiment that the compiled program needs.

    Preprocessing and the training plan act on the host, so a change of theirs compiles nothing.

    Args:
        objective: What to make small.
        update: How.
        schedule: At what share of the base rate.
        clip: Limits the gradient that `update` sees.
        projection: Limits the parameters after each step.
        rates: The share of the rate that each layer moves at.
        augment: Changes of each step's images, one after the other.
        mix: What becomes of two examples of a step.
        averaging: Which weights are evaluated and kept.
    """

    objective: Objective = part(family="objective")
    update: UpdateRule = part(family="update rule")
    schedule: Schedule = part(family="schedule")
    clip: Clip = part(NoClip(), family="clip")
    projection: Projection = part(NoProjection(), family="projection")
    rates: Rates = part(SameRates(), family="rates")
    augment: tuple[Augmentation, ...] = part((), family="augmentation")
    mix: Mixing = part(NoMixing(), family="mixing")
    averaging: Averaging = part(NoAveraging(), family="averaging")


def learner_of(experiment: Experiment) -> Learner:
    """Return the compiled part of an experiment.

    Args:
        experiment: Holding Python numbers or traced ones.

    Returns:
        The learner, holding the same numbers.
    """
    return Learner(
        experiment.objective(),
        experiment.update,
        experiment.schedule,
        experiment.clip,
        experiment.projection,
        experiment.rates,
        experiment.augment,
        experiment.mix,
        experiment.averaging,
    )


class Carry(NamedTuple):
    """What every step changes in one member."""

    params: Params
    state: State
    rule_state: Any
    step: Int[Array, "*m"]
    loss_sum: Float[Array, "*m"]  # of this epoch's data losses so far, each times its batch's weight
    weight_sum: Float[Array, "*m"]  # of this epoch's examples so far
    rate_share: Float[Array, "*m"]  # of the scheduled rate, by the controllers' decisions so far
    share_since: Int[Array, "*m"]  # the step on the population's clock at which it last changed
    rates_state: Any = ()  # what the layers' rates hang on
    kept: Any = ()  # what the average of weights hangs on


class Member(NamedTuple):
    """One network in training. In a population every leaf has a leading axis m."""

    learner: Learner  # numbers traced
    key: Array  # root of its randomness
    carry: Carry
    best: tuple[Params, State]  # at the best validation score so far
    total: Int[Array, "*m"]  # steps it may make at most
    alive: Bool[Array, "*m"]  # a member that is not alive keeps its carry


def evaluated_weights(member: Member) -> tuple[Params, State]:
    """Return the weights by which a member is judged: those that training is at, or their average.

    Args:
        member: Without a population axis.

    Returns:
        (params, state).
    """
    carry = member.carry
    return member.learner.averaging.averaged(carry.kept, carry.params, carry.state)


class Batches(NamedTuple):
    """The data of one epoch, for a population.

    With `order` None every step sees all rows in place (full batch). With an order and no mask each member's only step
    sees all of its own rows, without padding: then it comes to the same bits.
    """

    x: Array  # (n, ...), shared by all members
    y: Array  # (n,) or (n, k)
    weight: Float[Array, " n"]
    order: Int[Array, "m steps batch"] | None
    mask: Float[Array, "m steps batch"] | None  # 0 for padding; None where there is none
