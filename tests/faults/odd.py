"""Healthy runs that look ill: each trips a rule that somebody has published, and none should trip ours."""

from typing import Any

from tests.faults import changes
from tests.faults.healthy import Healthy
from tests.faults.setups import Change, Setup, with_settings
from tests.faults.tasks import TASKS, WAVES, dense
from thalweg.activations.relu import ReLU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.tanh import Tanh
from thalweg.augmentations.random_affine import RandomAffine
from thalweg.clips.clip_norm import ClipNorm
from thalweg.initializers.small_normal import SmallNormal
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.losses.focal_loss import FocalLoss
from thalweg.losses.huber import Huber
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.mixings.mixup import Mixup
from thalweg.network.presets.dense import dense_network
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential
from thalweg.penalties.l1 import L1
from thalweg.penalties.l2 import L2
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.preprocess.arrays import MinMax
from thalweg.projections.max_norm import MaxNorm
from thalweg.rates.layer_rate import LayerRate
from thalweg.rates.layer_rates import LayerRates
from thalweg.schedules.constant import Constant
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.warmup import Warmup
from thalweg.starts.class_priors import ClassPriors
from thalweg.starts.lsuv import LSUV
from thalweg.updates.adam import Adam
from thalweg.updates.lbfgs import LBFGS
from thalweg.updates.momentum import Momentum
from thalweg.updates.sgd import SGD


def _odd(
    name: str,
    task: str,
    reason: str,
    settings: dict[str, Any],
    *,
    change: Change | None = None,
    metric: str = "",
    class_weight: str = "",
) -> Healthy:
    setup = Setup(task, with_settings(TASKS[task].experiment, settings), change, metric, class_weight)
    return Healthy(f"{task}: {name}", setup, (), reason)


def _normed(width: int, outputs: int, depth: int = 1) -> Sequential:
    block = (Dense(width), BatchNorm(), Activation(ReLU()))
    return Sequential((*block * depth, Dense(outputs)))


def _shortcuts(width: int, outputs: int, blocks: int) -> Sequential:
    block = (Dense(width), BatchNorm(), Activation(ReLU()), Dense(width), BatchNorm())
    return Sequential((Dense(width), *(Residual(block) for _ in range(blocks)), Dense(outputs)))


def _sparse(width: int, outputs: int) -> Sequential:
    return Sequential((Dense(width, bias=-0.7), Activation(ReLU()), Dense(outputs)))


def _frozen(*layers: str) -> LayerRates:
    return LayerRates(tuple(LayerRate(layer, 0.0) for layer in layers))


LONG = {"training.epochs": 200, "training.patience": 200}
FIVE = (5,) * 5

ODD = (
    _odd("accuracy above 95%", "digits", "a high score is taken for a leak", {"update": Adam(1e-3)}),
    _odd("sgd at 0.1", "digits", "any rate above 0.01 is taken for too high", {"update": SGD(0.1)}),
    _odd("sgd at 0.5", "wine", "any rate above 0.01 is taken for too high", {"update": SGD(0.5)}),
    _odd("dropout 0.6", "clusters", "more than half is dropped; validation is better than training in training mode",
         {"network": dense_network(5, hidden=(256,), drop=0.6), "training.epochs": 80}),
    _odd("dropout 0.5", "digits", "validation is better than training in training mode",
         {"network": dense_network(10, hidden=(128, 128), drop=0.5)}),
    _odd("small batches", "diabetes", "the validation loss goes up now and then",
         {"training.batch": 4, "update": SGD(0.01)}),
    _odd("no penalty", "friedman", "the validation loss is above the training loss by a sixth",
         {"penalty": NoPenalty()}),
    _odd("no penalty", "clusters", "the validation loss is above the training loss by more than a tenth",
         {"penalty": NoPenalty()}),
    _odd("two hundred epochs", "blobs", "the loss has long been the same: it is at its floor of noise", LONG),
    _odd("two hundred epochs", "iris", "the loss has long been the same", LONG),
    _odd("sparse ReLU units", "digits", "most outputs of ReLU units and most gradients are 0",
         {"network": _sparse(256, 10)}),
    _odd("sparse ReLU units", "clusters", "most outputs of ReLU units and most gradients are 0",
         {"network": _sparse(256, 5)}),
    _odd("small first weights of a convolution", "waves", "its outputs have a deviation far below 1",
         {"network.layers": (with_settings(TASKS["waves"].experiment.network.layers[0], {"weights": SmallNormal(0.1)}),
                             *TASKS["waves"].experiment.network.layers[1:])}),
    _odd("pixels from 0 to 1", "digits", "inputs have neither mean 0 nor deviation 1",
         {"preprocess": MinMax()}),
    _odd("columns from 0 to 1", "breast cancer", "inputs have neither mean 0 nor deviation 1",
         {"preprocess": MinMax()}),
    _odd("all examples learned by heart", "wine", "gradients vanish: the loss is 0 and stays there",
         {**LONG, "network": dense(64, outputs=3), "update": Adam(0.02)}),
    _odd("at its ceiling from the first epochs on", "breast cancer", "the score has not changed for twenty epochs",
         {"training.epochs": 80, "training.patience": 80}),
    _odd("warm-up from 0", "clusters", "the rate, and so every step, is tiny at first",
         {"schedule": Warmup(0.2, Constant())}),
    _odd("warm-up from 0", "circles", "the rate, and so every step, is tiny at first",
         {"schedule": Warmup(0.2, Cosine())}),
    _odd("gradients clipped", "digits", "every gradient is cut", {"clip": ClipNorm(0.5), "update": Momentum(0.05)}),
    _odd("gradients clipped", "friedman", "every gradient is cut", {"clip": ClipNorm(0.3), "update": Momentum(0.1)}),
    _odd("cosine to 0", "spiral", "steps come to nothing at the end", {"schedule": Cosine()}),
    _odd("cosine to 0", "digit images", "steps come to nothing at the end", {"schedule": Cosine()}),
    _odd("batches of one", "iris", "the loss of a step jumps about",
         {"training.batch": 1, "update": SGD(0.005), "training.epochs": 40}),
    _odd("batches of one", "moons", "the loss of a step jumps about",
         {"training.batch": 1, "update": SGD(0.02), "training.epochs": 20}),
    _odd("a frozen wide trunk", "digits", "a layer does not move: only the head is trained",
         {"network": dense(256, outputs=10), "rates": _frozen("dense_1")}),
    _odd("a frozen wide trunk", "moons", "a layer does not move: only the head is trained",
         {"network": dense(256), "rates": _frozen("dense_1")}),
    _odd("normalised", "clusters", "training and inference mode differ", {"network": _normed(64, 5)}),
    _odd("normalised, six layers", "digits", "gradients differ by layer; modes differ",
         {"network": _normed(32, 10, 6)}),
    _odd("twelve normalised layers with shortcuts", "clusters", "it is deep", {"network": _shortcuts(32, 5, 6)}),
    _odd("labels smoothed", "digits", "the first loss and the last are not those of the cross-entropy",
         {"loss": SoftmaxCrossEntropy(label_smoothing=0.2)}),
    _odd("labels smoothed", "waves", "the first loss and the last are not those of the cross-entropy",
         {"loss": SoftmaxCrossEntropy(label_smoothing=0.2)}),
    _odd("a rare class, weighed", "clusters", "classes are out of balance, and that is seen to", {},
         change=changes.rare_class, metric="balanced_accuracy", class_weight="balanced"),
    _odd("a rare class, begun with its share", "blobs", "classes are out of balance; the first loss is not ln 3",
         {"start": ClassPriors()}, change=changes.rare_class),
    _odd("a hard task", "moons", "the score is hardly above chance: the inputs hold no more",
         {"training.epochs": 20, "penalty": L2(0.01)}, change=changes.hard),
    _odd("a hard task", "blobs", "the score is hardly above chance: the inputs hold no more",
         {"training.epochs": 20, "penalty": L2(0.01)}, change=changes.hard),
    _odd("a hard regression", "friedman", "most of the variance is noise", {"penalty": L2(0.1)}, change=changes.hard),
    _odd("a linear model", "iris", "it has no activation, and needs none", {"network": dense(outputs=3)}),
    _odd("a linear model", "breast cancer", "it has no activation, and needs none",
         {"network": dense(outputs=1), "update": Adam(0.02)}),
    _odd("full batch, long enough", "circles", "an epoch is one step",
         {"training.batch": 5000, "training.epochs": 1500, "training.patience": 1500}),
    _odd("full batch, long enough", "wine", "an epoch is one step",
         {"training.batch": 5000, "training.epochs": 600, "training.patience": 600}),
    _odd("weights made to have deviation 1", "digits", "the first weights are those of no usual law",
         {"start": LSUV()}),
    _odd("images turned a little", "digit images", "training images are harder than the others",
         {"augment": (RandomAffine(8.0, 0.05),)}),
    _odd("mixed a little", "clusters", "training examples are harder than the others", {"mix": Mixup(0.2)}),
    _odd("mostly weights of 0", "friedman", "most weights go to 0: the penalty is meant to do that",
         {"penalty": L1(0.01), "training.epochs": 100}),
    _odd("a layer of sigmoids", "circles", "sigmoids saturate",
         {"network": dense(32, function=Sigmoid()), "update": Adam(0.03)}),
    _odd("far more weights than rows", "digits", "it can learn its rows by heart, and generalises",
         {"network": dense(512, 512, outputs=10), "update": Adam(5e-4), "training.epochs": 12}),
    _odd("weights kept short", "spiral", "the limit on the weights is at work", {"projection": MaxNorm(4.0)}),
    _odd("F, five tanh layers of 5", "circles", "it is deep and narrow, with a saturating activation",
         {"network": dense(*FIVE, function=Tanh())}),
    _odd("F, eight tanh layers of 5", "blobs", "it is deep and narrow, with a saturating activation",
         {"network": dense(*(5,) * 8, function=Tanh(), outputs=3)}),
    _odd("Huber's loss", "diabetes", "the loss is not the square that the score is made of", {"loss": Huber()}),
    _odd("a hinge", "iris", "the outputs are no probabilities", {"loss": MulticlassHinge()}),
    _odd("a focused loss", "clusters", "the first loss is not ln 5", {"loss": FocalLoss()}),
    _odd("full batch, L-BFGS", "diabetes", "few steps, each very long",
         {"update": LBFGS(), "training.batch": 5000, "training.epochs": 60, "penalty": L2(0.3)}),
    _odd("one epoch of many steps is enough", "waves", "few epochs, and enough of them",
         {"training.batch": 4, "training.epochs": 6, "update": Adam(3e-3)}),
    _odd("a frozen wide trunk", "waves", "a layer does not move: only the head is trained",
         {"network": dense(512, outputs=WAVES), "rates": _frozen("dense_1")}),
)  # fmt: skip
