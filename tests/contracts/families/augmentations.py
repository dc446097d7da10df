"""The contract cases of the family 'augmentation'."""

from tests.contracts.case import Case
from thalweg.augmentations.colour_jitter import ColourJitter
from thalweg.augmentations.horizontal_flip import HorizontalFlip
from thalweg.augmentations.random_affine import RandomAffine
from thalweg.augmentations.random_crop import RandomCrop
from thalweg.augmentations.random_erasing import RandomErasing

UNIT, NO_UNIT, FIVE = "[0, 1]", [-0.1, 1.1], "[0, 5]"

CASES = [
    Case(HorizontalFlip(), HorizontalFlip(0.1), None, {"share": UNIT}, {"share": NO_UNIT}, jumps=True),
    Case(RandomCrop(2), None, RandomCrop(1, "reflect")),
    Case(
        RandomAffine(20.0, 0.1, 0.2, 0.1, 15.0),
        RandomAffine(10.0, 0.2, 0.1, 0.2, 5.0),
        None,
        {"rotation": "[0, 180]", "translation": UNIT, "scale": FIVE, "stretch": FIVE, "shear": "[0, 90)"},
        {"rotation": [-1, 181], "translation": NO_UNIT, "scale": [-1, 6], "stretch": [-1, 6], "shear": [-1, 90]},
        jumps=True,
    ),
    Case(
        ColourJitter(0.3, 0.5, 0.6),
        ColourJitter(0.2, 0.3, 0.1),
        None,
        {"brightness": "[0, inf)", "contrast": UNIT, "colour": UNIT},
        {"brightness": [-0.1], "contrast": NO_UNIT, "colour": NO_UNIT},
    ),
    Case(
        RandomErasing(0.8, 0.35, 0.4),
        RandomErasing(0.4, 0.0, 0.9),
        None,
        {"share": UNIT, "smallest": UNIT, "largest": UNIT},
        {"share": NO_UNIT, "smallest": NO_UNIT, "largest": NO_UNIT},
        jumps=True,
    ),
]
