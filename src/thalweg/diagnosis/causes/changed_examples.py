"""Training examples changed or mixed so much that they are no longer like those to be predicted."""

from collections.abc import Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.change import LIKELY, POSSIBLE, Change
from thalweg.mixings.no_mixing import NoMixing
from thalweg.spec import kind_of, replaced

_EVENLY = 2.0  # alpha, beyond which most mixtures hold much of both examples


def changed_examples(case: Case) -> Iterator[Change]:
    """Yield the experiment without augmentation, and the one without mixing, where there are such.

    Source: CS231n notes, "Neural Networks Part 2", "Regularization".
    """
    experiment = case.experiment
    if experiment.augment:
        kinds = ", ".join(kind_of(type(change)) for change in experiment.augment)
        yield Change(
            cause="augmentation_too_strong",
            text="no augmentation",
            said=f"the changes of the training images ({kinds}) are too strong",
            remedy="Leave the augmentation out, then try a weaker one.",
            experiment=replaced(experiment, augment=()),
            before=case.experiment,
            weight=POSSIBLE,
        )
    if not isinstance(experiment.mix, NoMixing):
        yield Change(
            cause="mixing_too_strong",
            text="no mixing",
            said=f"{kind_of(type(experiment.mix))} mixes the training examples too much",
            remedy="Leave the mixing out.",
            experiment=replaced(experiment, mix=NoMixing()),
            before=case.experiment,
            weight=LIKELY if float(experiment.mix.alpha) > _EVENLY else POSSIBLE,
        )
