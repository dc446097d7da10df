"""Faults of the data, the objective, regularisation, and of functions of a user's own."""

from tests.faults import changes, parts
from tests.faults.setups import fault
from tests.faults.tasks import dense
from thalweg.activations.custom_activation import CustomActivation
from thalweg.activations.tanh import Tanh
from thalweg.augmentations.horizontal_flip import HorizontalFlip
from thalweg.augmentations.random_affine import RandomAffine
from thalweg.augmentations.random_erasing import RandomErasing
from thalweg.layers.custom_layer import CustomLayer
from thalweg.losses.custom_loss import CustomLoss
from thalweg.losses.mean_absolute_percentage_error import MeanAbsolutePercentageError
from thalweg.losses.regression_by_classification import RegressionByClassification
from thalweg.mixings.mixup import Mixup
from thalweg.network.presets.dense import dense_network
from thalweg.network.sequential import Sequential
from thalweg.penalties.l1 import L1
from thalweg.penalties.l2 import L2
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.preprocess.arrays import NoPreprocessing
from thalweg.projections.max_norm import MaxNorm
from thalweg.updates.adam import Adam
from thalweg.updates.momentum import Momentum
from thalweg.updates.sgd import SGD

RAW = {"preprocess": NoPreprocessing()}


def _unscaled(what, task, change, **both):
    """Inputs that nothing scales, beside the same of mean 0 and deviation 1."""
    return fault(what, task, "unscaled_inputs", change=change, both={**RAW, **both}, both_change=changes.standardised)


def _raw(what, task, **both):
    """The data's own units, beside standardised ones."""
    return fault(what, task, "unscaled_inputs", RAW, both=both)


INPUTS = (
    _unscaled("F09, inputs x 100", "circles", changes.times_hundred),
    _unscaled("F09, inputs x 100", "blobs", changes.times_hundred),
    _unscaled("columns in differing units", "diabetes", changes.mixed_units, update=SGD(0.01)),
    _unscaled("inputs x 100", "digits", changes.times_hundred, update=SGD(0.1)),
    _unscaled("inputs / 1000", "digits", changes.over_thousand, update=SGD(0.1)),
    _unscaled("inputs in the hundreds", "digit images", changes.times_hundred, update=Momentum(0.02)),
    _raw("raw units", "wine", update=SGD(0.05)),
    _raw("raw units", "breast cancer", update=Momentum(0.01)),
    _unscaled("columns in differing units", "friedman", changes.mixed_units),
    _unscaled("columns shifted by 30", "clusters", changes.shifted, update=SGD(0.05)),
    _unscaled("bytes", "waves", changes.in_bytes, update=Momentum(0.02)),
    _unscaled("inputs / 1000", "moons", changes.over_thousand, update=SGD(0.1)),
    _unscaled("inputs x 100", "spiral", changes.times_hundred),
)


def _spoilt(what, task, causes, change, **both):
    return fault(what, task, causes, change=change, both=both, mendable=False)


DATA = (
    _spoilt("shuffled labels", "digits", "labels_unrelated", changes.shuffled_labels),
    _spoilt("shuffled labels", "blobs", "labels_unrelated", changes.shuffled_labels),
    _spoilt("shuffled labels", "diabetes", "labels_unrelated", changes.shuffled_labels),
    _spoilt("four of ten labels wrong", "digits", "labels_unrelated overfitting", changes.noisy_labels),
    _spoilt("shuffled labels", "clusters", "labels_unrelated", changes.shuffled_labels),
    _spoilt("shuffled labels", "friedman", "labels_unrelated", changes.shuffled_labels),
    _spoilt("shuffled labels", "breast cancer", "labels_unrelated", changes.shuffled_labels),
    _spoilt("four of ten labels wrong", "spiral", "labels_unrelated overfitting", changes.noisy_labels),
    _spoilt("four of ten labels wrong", "friedman", "labels_unrelated overfitting", changes.noisy_labels),
    _spoilt("cells that are no numbers", "digits", "bad_data", changes.one_hole),
    _spoilt("lost columns", "digits", "bad_data", changes.lost_columns),
    _spoilt("cells that are no numbers", "friedman", "bad_data", changes.one_hole),
    _spoilt("lost columns", "clusters", "bad_data", changes.lost_columns),
    _spoilt("copies of thirty rows", "clusters", "bad_data overfitting", changes.copied_rows),
    _spoilt("copies of thirty rows", "digits", "bad_data overfitting", changes.copied_rows),
    fault(
        "one class is rare", "blobs", "class_imbalance", both_change=changes.rare_class, mendable=False,
        metric="balanced_accuracy", twin_weight="balanced",
    ),
    fault(
        "one class is rare", "clusters", "class_imbalance", both_change=changes.rare_class, mendable=False,
        metric="balanced_accuracy", twin_weight="balanced", both={"penalty": L2(0.03)},
    ),
)  # fmt: skip


def _loss(what, task, function, **both):
    """A loss of the user's own that does not fit the classes."""
    loss = CustomLoss(function, "softmax")
    return fault(what, task, "loss own_part", {"loss": loss}, both=both)


LOSSES = (
    _loss("the class's number as an amount", "digits", parts.class_number),
    _loss("F08, each class alone behind two softmaxes", "blobs", parts.each_class_alone, update=SGD(0.02)),
    _loss("the class's number as an amount", "clusters", parts.class_number),
    _loss("each class alone behind two softmaxes", "clusters", parts.each_class_alone, update=SGD(0.05)),
    fault("percentages of small amounts", "friedman", "loss", {"loss": MeanAbsolutePercentageError()}),
    fault(
        "amounts in two bins",
        "friedman",
        "loss",
        {"loss": RegressionByClassification(2), "network": dense(32, outputs=2)},
    ),
    fault("percentages of small amounts", "diabetes", "loss", {"loss": MeanAbsolutePercentageError()}),
)
SUMS = (
    fault(
        "sum over the batch", "digits", "sum_reduction rate_too_high", {"reduction": "sum"}, both={"update": SGD(0.2)}
    ),
    fault(
        "sum over the batch", "diabetes", "sum_reduction rate_too_high", {"reduction": "sum"}, both={"update": SGD(0.1)}
    ),
    fault(
        "sum over the batch", "clusters", "sum_reduction rate_too_high", {"reduction": "sum"},
        both={"update": Momentum(0.05)},
    ),
    fault(
        "sum over the batch", "friedman", "sum_reduction rate_too_high", {"reduction": "sum"},
        both={"update": Momentum(0.05)},
    ),
)  # fmt: skip

PENALTIES = (
    fault("penalty x 1000", "digits", "penalty_too_strong", {"penalty": L2(1.0)}, both={"penalty": L2(1e-3)}),
    fault("penalty x 1000", "diabetes", "penalty_too_strong", {"penalty": L2(10.0)}),
    fault("penalty x 1000", "circles", "penalty_too_strong", {"penalty": L1(0.1)}, both={"penalty": L1(1e-4)}),
    fault("penalty x 1000", "clusters", "penalty_too_strong", {"penalty": L2(1.0)}),
    fault("penalty x 1000", "friedman", "penalty_too_strong", {"penalty": L1(0.3)}, both={"penalty": L1(3e-4)}),
    fault("penalty x 1000", "waves", "penalty_too_strong", {"penalty": L2(1.0)}, both={"penalty": L2(1e-3)}),
    fault("weights of at most 0.01", "digits", "projection_too_tight", {"projection": MaxNorm(0.01)}),
    fault("weights of at most 0.1", "circles", "projection_too_tight", {"projection": MaxNorm(0.1)}),
    fault("weights of at most 0.01", "clusters", "projection_too_tight", {"projection": MaxNorm(0.01)}),
    fault("weights of at most 0.2", "spiral", "projection_too_tight", {"projection": MaxNorm(0.2)}),
)


def _dropped(what, task, share, outputs, *widths):
    networks = [dense_network(outputs, hidden=widths, drop=drop) for drop in (share, 0.1)]
    return fault(what, task, "dropout_too_strong", {"network": networks[0]}, both={"network": networks[1]})


DROPOUT = (
    _dropped("dropout 0.95", "digits", 0.95, 10, 64, 64),
    _dropped("dropout 0.9", "circles", 0.9, 2, 16, 16),
    _dropped("dropout 0.9", "clusters", 0.9, 5, 64, 64),
    _dropped("dropout 0.9", "spiral", 0.9, 3, 32, 32),
    _dropped("dropout 0.9", "friedman", 0.9, 1, 32, 32),
)
IMAGES = (
    fault("turned to any side and moved by half", "digit images", "augmentation_too_strong",
          {"augment": (RandomAffine(180.0, 0.5),)}),
    fault("mostly erased", "digit images", "augmentation_too_strong", {"augment": (RandomErasing(1.0, 0.7, 0.95),)}),
    fault("turned to any side", "waves", "augmentation_too_strong", {"augment": (RandomAffine(180.0),)}),
    fault("mirrored, which turns one class into another", "waves", "augmentation_too_strong",
          {"augment": (HorizontalFlip(),)}),
    fault("mixed half and half", "circles", "mixing_too_strong", {"mix": Mixup(30.0)}),
    fault("mixed half and half", "spiral", "mixing_too_strong", {"mix": Mixup(30.0)}),
    fault("mixed half and half", "friedman", "mixing_too_strong", {"mix": Mixup(30.0)}),
    fault("mixed half and half", "moons", "mixing_too_strong", {"mix": Mixup(30.0)}),
)  # fmt: skip

WIDE = {"training.epochs": 100, "training.patience": 100}
OVERFITTING = (
    fault("a large network and no penalty", "few rows", "overfitting",
          {"network": dense(256, 256), "penalty": NoPenalty()}),
    fault("a wide network and no penalty", "few rows", "overfitting",
          {"network": dense(1024), "penalty": NoPenalty(), "update": Adam(1e-3), **WIDE}),
    fault("a large network and no penalty", "few amounts", "overfitting",
          {"network": dense(256, 256, outputs=1), "penalty": NoPenalty(), "update": Adam(3e-3), **WIDE}),
    fault("a wide network and no penalty", "few amounts", "overfitting",
          {"network": dense(1024, outputs=1), "penalty": NoPenalty(), **WIDE}),
)  # fmt: skip


def _own(what, task, network, twin, **both):
    return fault(what, task, "own_part", {"network": network}, both={"network": twin, **both}, mendable=False)


def _with(layer, outputs, *widths):
    first, *rest = dense(*widths, outputs=outputs).layers
    return Sequential((first, layer, *rest))


OWN = (
    _own("an activation whose slope is turned round", "digits",
         dense(32, 32, function=CustomActivation(parts.turned_relu), outputs=10), dense(32, 32, outputs=10)),
    _own("an activation with another's slope", "circles",
         dense(16, 16, function=CustomActivation(parts.lost_tanh)), dense(16, 16, function=Tanh())),
    _own("an activation whose slope is turned round", "spiral",
         dense(32, 32, function=CustomActivation(parts.turned_relu), outputs=3), dense(32, 32, outputs=3)),
    _own("an activation with another's slope", "friedman",
         dense(16, 16, function=CustomActivation(parts.lost_tanh), outputs=1),
         dense(16, 16, function=Tanh(), outputs=1)),
    _own("a layer that mixes rows", "blobs", _with(CustomLayer(parts.next_row), 3, 16), dense(16, outputs=3)),
    _own("a layer that mixes rows", "clusters", _with(CustomLayer(parts.across_rows), 5, 64), dense(64, outputs=5)),
    fault("a loss whose gradient forgets the label", "digits", "own_part loss",
          {"loss": CustomLoss(parts.turned_surprise, "softmax")}, mendable=True),
    fault("a loss whose gradient forgets the label", "clusters", "own_part loss",
          {"loss": CustomLoss(parts.turned_surprise, "softmax")}, mendable=True),
    fault("a loss with the labels of other rows", "iris", "own_part loss labels_unrelated",
          {"loss": CustomLoss(parts.next_rows_loss, "softmax")}, mendable=True),
    fault("a loss with the labels of other rows", "waves", "own_part loss labels_unrelated",
          {"loss": CustomLoss(parts.next_rows_loss, "softmax")}, mendable=True),
    fault("a loss of all pairs", "diabetes", "own_part loss", {"loss": CustomLoss(parts.broadcast_error)}),
    fault("a loss of all pairs", "friedman", "own_part loss", {"loss": CustomLoss(parts.broadcast_error)}),
)  # fmt: skip

OTHERS = (
    *INPUTS, *DATA, *LOSSES, *SUMS, *PENALTIES, *DROPOUT, *IMAGES, *OVERFITTING, *OWN,
)  # fmt: skip
