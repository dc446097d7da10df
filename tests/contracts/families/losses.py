"""The contract cases of the family 'loss'."""

from tests.contracts.case import NOT_POSITIVE, NOT_SHARES, POSITIVE, SHARE, Case
from tests.contracts.families import own
from thalweg.losses.absolute_error import AbsoluteError
from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.attribute_hinge import AttributeHinge
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.cosine_proximity import CosineProximity
from thalweg.losses.custom_loss import CustomLoss
from thalweg.losses.focal_loss import FocalLoss
from thalweg.losses.hierarchical_softmax import HierarchicalSoftmax
from thalweg.losses.hinge import Hinge
from thalweg.losses.huber import Huber
from thalweg.losses.kl_divergence import KLDivergence
from thalweg.losses.mean_absolute_percentage_error import MeanAbsolutePercentageError
from thalweg.losses.mean_squared_logarithmic_error import MeanSquaredLogarithmicError
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.losses.poisson import Poisson
from thalweg.losses.regression_by_classification import RegressionByClassification
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.losses.squared_hinge import SquaredHinge
from thalweg.losses.squared_multiclass_hinge import SquaredMulticlassHinge

CASES = [
    Case(*map(SoftmaxCrossEntropy, (0.0, 0.1)), None, {"label_smoothing": SHARE}, {"label_smoothing": NOT_SHARES}),
    Case(*map(BinaryCrossEntropy, (0.0, 0.1)), None, {"label_smoothing": SHARE}, {"label_smoothing": NOT_SHARES}),
    Case(*map(AttributeCrossEntropy, (0.0, 0.1)), None, {"label_smoothing": SHARE}, {"label_smoothing": NOT_SHARES}),
    Case(AttributeHinge(), AttributeHinge(1.5), None, {"margin": POSITIVE}, {"margin": NOT_POSITIVE}),
    Case(FocalLoss(), FocalLoss(0.5), None, {"gamma": "[0, inf)"}, {"gamma": [-0.1]}),
    Case(HierarchicalSoftmax()),
    Case(KLDivergence()),
    Case(CustomLoss(own.coshed), None, CustomLoss(own.powered)),
    Case(SquaredError(), None, SquaredError(half=False)),
    Case(MulticlassHinge(), MulticlassHinge(1.5), None, {"margin": POSITIVE}, {"margin": NOT_POSITIVE}),
    Case(SquaredMulticlassHinge(), SquaredMulticlassHinge(1.5), None, {"margin": POSITIVE}, {"margin": NOT_POSITIVE}),
    Case(Hinge()),
    Case(SquaredHinge()),
    Case(AbsoluteError()),
    Case(Huber(), Huber(0.5), None, {"delta": POSITIVE}, {"delta": NOT_POSITIVE}),
    Case(Poisson()),
    Case(MeanAbsolutePercentageError()),
    Case(MeanSquaredLogarithmicError()),
    Case(CosineProximity()),
    Case(
        RegressionByClassification(3, (-0.5, 0.5), (-1.0, 0.0, 1.0)),
        None,
        RegressionByClassification(2, (0.0,), (-1.0, 1.0)),
    ),
]
