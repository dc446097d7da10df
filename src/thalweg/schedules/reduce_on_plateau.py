"""A rate that falls when the validation score stops rising."""

from thalweg.spec import spec, tunable
from thalweg.types import Scalar


@spec
class ReduceOnPlateau:
    """Multiply the rate by a factor each time the validation score has not become better for some epochs.

        share <- max(floor, factor share)    when neither a better score nor a reduction came for `patience` epochs
        rate   = base rate, times what the schedule says, times share; share begins at 1

    The score is only known between compiled steps, so a controller decides, at evaluations, and the share is part of
    what a checkpoint holds: a run that is resumed reduces where it would have. Each member of a population has its own.
    It is a field of the training plan, beside the patience of early stopping, and no schedule: a schedule is a function
    of the step, and this multiplies whichever is chosen. Let its patience be well below that of early stopping.

    Better is what early stopping calls so, by any amount; Keras asks for 0.0001 by default.

    Args:
        factor: What the rate is multiplied by, in (0, 1).
        patience: Epochs to wait; a whole number, at least 1.
        floor: Least share of the rate, in [0, 1].

    Raises:
        InputError: If an argument is outside its range.

    Example:
        >>> ReduceOnPlateau(factor=0.5)
        ReduceOnPlateau(factor=0.5, patience=10, floor=0.0)

    Source: Keras, `ReduceLROnPlateau`; CS231n notes, "Neural Networks Part 3", "Annealing the learning rate".
    """

    factor: Scalar = tunable(0.1, low=0.0, high=1.0, open_low=True, open_high=True)
    patience: Scalar = tunable(10, low=1, high=10_000_000, whole=True)
    floor: Scalar = tunable(0.0, low=0.0, high=1.0)
