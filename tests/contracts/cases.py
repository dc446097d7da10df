"""One table of all parts: an example of each, what it takes and how it is used."""

import dataclasses
import importlib
import pkgutil

import jax
import jax.numpy as jnp
import numpy as np
import optax

from tests.contracts.case import ANY, COUNT, NOT_COUNTS, NOT_POSITIVE, POSITIVE, C, Case, D, N
from tests.contracts.families import (
    activations,
    augmentations,
    averaging,
    clips,
    initializers,
    layers,
    losses,
    mixings,
    own,
    penalties,
    projections,
    rates,
    schedules,
    starts,
    update_rules,
)
from thalweg.activations.relu import ReLU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.experiment import Experiment, Training
from thalweg.initializers.orthogonal import Orthogonal
from thalweg.layers.activation import Activation
from thalweg.layers.activation import Function as ActivationFunction
from thalweg.layers.average_pooling import AveragePooling
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.global_average_pooling import GlobalAveragePooling
from thalweg.layers.gru import GRU
from thalweg.layers.lstm import LSTM
from thalweg.layers.max_pooling import MaxPooling
from thalweg.layers.padded_shortcut import PaddedShortcut
from thalweg.layers.sequence_convolution import SequenceConvolution
from thalweg.layers.simple_recurrent import SimpleRecurrent
from thalweg.layers.squeeze_excite import SqueezeExcite
from thalweg.layers.transposed_convolution import TransposedConvolution
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.preprocess.arrays import Center, MinMax, NoPreprocessing, PixelScale, Standardize
from thalweg.preprocess.channels import CenterChannels
from thalweg.preprocess.custom_features import CustomFeatures
from thalweg.preprocess.hue_histogram import HueHistogram
from thalweg.preprocess.image_features import ImageFeatures
from thalweg.preprocess.oriented_gradients import OrientedGradients
from thalweg.preprocess.pca import PCA
from thalweg.preprocess.pca_whitening import PcaWhitening
from thalweg.preprocess.polar import Polar
from thalweg.preprocess.polynomial import Polynomial
from thalweg.preprocess.steps import StandardizeSteps
from thalweg.preprocess.table import TableEncoding
from thalweg.preprocess.visual_words import VisualWords
from thalweg.preprocess.zca_whitening import ZcaWhitening
from thalweg.starts.boltzmann_stack import BoltzmannStack
from thalweg.train.pace import scaled
from thalweg.types import (
    Augmentation,
    Averaging,
    Clip,
    Context,
    Initializer,
    Layer,
    Loss,
    Mixing,
    Penalty,
    Projection,
    Rates,
    Schedule,
    Seen,
    Start,
    UpdateRule,
)
from thalweg.updates.sgd import SGD

CASES = {
    "initializer": initializers.CASES,
    "activation": activations.CASES,
    "layer": layers.CASES,
    "loss": losses.CASES,
    "penalty": penalties.CASES,
    "schedule": schedules.CASES,
    "update rule": update_rules.CASES,
    "clip": clips.CASES,
    "projection": projections.CASES,
    "start": starts.CASES,
    "rates": rates.CASES,
    "augmentation": augmentations.CASES,
    "mixing": mixings.CASES,
    "averaging": averaging.CASES,
}

# Parts that are no function of arrays: of these, the contracts on values alone are asked here. Those of preprocessing,
# which works on the host, are in test_preprocessing.py; tests/network and tests/test_experiment.py have the others.
NETWORK = Sequential((Dense(C), Activation(ReLU())))
SIGMOIDAL = Sequential((Dense(C), Activation(Sigmoid()), Dense(C)))
BENT = Sequential((Dense(C, Orthogonal()), Activation(ReLU()), Dense(C)))
SCALINGS = [
    Case(NoPreprocessing()),
    Case(Standardize()),
    Case(MinMax(), MinMax(-1.0, 3.0), None, {"low": ANY, "high": ANY}, {"low": [], "high": []}),
    Case(Center()),
]
FEATURES = [
    Case(HueHistogram(), None, HueHistogram(5)),
    Case(OrientedGradients(4), None, OrientedGradients(4, 6)),
    Case(VisualWords(5, pyramid=2, patches=50), None, VisualWords(5, patches=50)),
]
FROM_0, BELOW_0 = {"smoothing": "[0, inf)"}, {"smoothing": [-1, -1e-6]}
VALUES = {
    "experiment": [
        Case(
            Experiment(NETWORK, SoftmaxCrossEntropy()),
            None,
            Experiment(NETWORK, SoftmaxCrossEntropy(), preprocess=TableEncoding(), update=SGD(), reduction="sum"),
        )
    ],
    "training": [
        Case(
            Training(),
            Training(epochs=7, patience=3),
            Training(batch=5),
            {"epochs": COUNT, "patience": COUNT},
            {"epochs": NOT_COUNTS, "patience": NOT_COUNTS},
        )
    ],
    "network": [Case(NETWORK, None, Sequential((Dense(C),)))],
    "preprocessing": [
        *SCALINGS,
        Case(PixelScale()),
        Case(CenterChannels()),
        Case(StandardizeSteps()),
        Case(PCA(), None, PCA(components=2)),
        Case(PcaWhitening(), PcaWhitening(0.5), PcaWhitening(variance=0.5), FROM_0, BELOW_0),
        Case(ZcaWhitening(), ZcaWhitening(0.5), None, FROM_0, BELOW_0),
        Case(Polar(), None, Polar((2, 0))),
        Case(Polynomial(), None, Polynomial(3)),
        *FEATURES,
        Case(ImageFeatures((HueHistogram(), VisualWords(5, patches=50))), None, ImageFeatures()),
        Case(CustomFeatures(own.sums), None, CustomFeatures(own.halves)),
        Case(
            TableEncoding(),
            TableEncoding(clip=5.0, min_count=3, piece_scale=0.5),
            TableEncoding(max_levels=7),
            {"clip": POSITIVE, "min_count": "[1, inf)", "piece_scale": "(0, 1e+06]"},
            {"clip": NOT_POSITIVE, "min_count": [0, -1], "piece_scale": [0.0, -1.0, 2e6]},
        ),
    ],
    "image feature": FEATURES,
    "column scaling": SCALINGS,
    "layer rate": rates.ENTRIES,
    "plateau": schedules.PLATEAUS,
}

FAMILIES = {  # family -> (package, protocol)
    "initializer": ("initializers", Initializer),
    "activation": ("activations", ActivationFunction),
    "layer": ("layers", Layer),
    "loss": ("losses", Loss),
    "penalty": ("penalties", Penalty),
    "schedule": ("schedules", Schedule),
    "update rule": ("updates", UpdateRule),
    "clip": ("clips", Clip),
    "projection": ("projections", Projection),
    "start": ("starts", Start),
    "rates": ("rates", Rates),
    "augmentation": ("augmentations", Augmentation),
    "mixing": ("mixings", Mixing),
    "averaging": ("averaging", Averaging),
}

ALL = [(family, case) for family, cases in CASES.items() for case in cases]
EVERY = ALL + [(family, case) for family, cases in VALUES.items() for case in cases]


def classes_of(family):
    """Every spec class written in the files of a family's package, with the name of its file."""
    package = importlib.import_module(f"thalweg.{FAMILIES[family][0]}")
    found = {}
    for info in pkgutil.iter_modules(package.__path__, prefix=f"{package.__name__}."):
        for cls in vars(importlib.import_module(info.name)).values():
            if dataclasses.is_dataclass(cls) and cls.__module__ == info.name:
                found[cls] = info.name.rpartition(".")[2]
    return found


def use(family, spec, inputs):
    """Call a part as its family is called; return everything that comes out, as a tree of arrays."""
    return _USES[family](spec, *inputs)


def inputs(family, spec, dtype):
    """Plausible inputs for a part, as NumPy arrays; none lies within 0.1 of a kink."""
    return _INPUTS[family](spec, dtype)


def example_shape(spec):
    """The shape of one example that a layer takes: a sequence of two or three steps, a small image, or features."""
    match spec:
        case SimpleRecurrent() | GRU() | LSTM():
            return (2, D)
        case SequenceConvolution():
            return (3, 2)
        case Convolution() | TransposedConvolution() | MaxPooling() | AveragePooling():
            return (4, 3, 2)
        case GlobalAveragePooling() | PaddedShortcut() | SqueezeExcite():
            return (4, 3, 2)
    return (D,)


def layer_inputs(spec, dtype, n=N):
    """The parameters, state, examples and weights for a layer; earlier rows do not depend on n."""
    params, state = jax.tree.map(
        lambda leaf: np.asarray(leaf, dtype),
        spec.init(jax.random.key(0), example_shape(spec)),
        is_leaf=lambda x: hasattr(x, "dtype"),
    )
    # Trained a little: nothing is left at a 0 or 1 that could hide a missing term.
    params = jax.tree.map(lambda leaf: leaf + _away(leaf.shape, dtype, seed=3), params)
    state = jax.tree.map(lambda leaf: leaf + np.abs(_away(leaf.shape, dtype, seed=4)), state)
    return params, state, _away((n, *example_shape(spec)), dtype), np.ones(n, dtype)


def apply_layer(spec, params, state, x, weight, training=True):
    """Apply a layer; dropout draws from a fixed key."""
    key = jax.random.key(1) if training else None
    return spec.apply(params, state, x, context=Context(training=training, key=key, weight=weight))


def _initialize(spec):
    return spec(jax.random.key(0), (D, C), fan_in=D, fan_out=C)


def _both_forms(spec, params, state, x, weight):
    trained = apply_layer(spec, params, state, x, weight, training=True)
    return {"training": trained, "inference": apply_layer(spec, params, state, x, weight, training=False)}


def _lose(spec, outputs, targets):
    return {"losses": spec(outputs, targets), "predictions": spec.predict(outputs)}


def _follow(spec, step, total):
    return {"late": spec(step, total), "early": spec(np.int32(1), total)}


def _pace(spec, params, updates):
    state = spec.init(params)
    for share in (1, 1 / 3):
        moved = {**updates, "dense_1": jax.tree.map(lambda u, share=share: u * share, updates["dense_1"])}
        state = spec.following(state, params, moved)
    factors = spec.factors(params, state, layers=tuple(sorted(params)))
    return {"state": state, "updates": scaled(updates, factors)}


def _average(spec, params, state, others):
    kept = spec.init(params, state)
    for step in (30, 31, 60, 99):  # late enough for any decay to count
        now, after = jax.tree.map(lambda old, new, step=step: old + new * step / 10, (params, state), others)
        kept = spec.following(kept, now, after, step=step, total=100, ends_epoch=step != 31)
    return {"kept": kept, "averaged": spec.averaged(kept, now, after)}


def _descend(spec, params, gradients):
    rule = spec.build()
    state = rule.init(params)
    # The second gradient turns around, but by little: a mean that remembers more still points the old way.
    for share in (1, -1 / 200, 1 / 3):
        given = jax.tree.map(lambda g, share=share: g * share, gradients)
        if isinstance(rule, optax.GradientTransformationExtraArgs):
            changes, state = _searched(spec, state, params, gradients)
        else:
            changes, state = rule.update(given, state, params)
        params = jax.tree.map(jnp.add, params, changes)
    point = spec.gradient_point(params, state) if hasattr(spec, "gradient_point") else params
    return {"params": params, "state": state, "point": point}


def _begin(spec, params, x, weight):
    seen = Seen(x, np.arange(N) % C, weight)
    state = {name: {} for name in params}
    begun = spec(_bent(spec), SoftmaxCrossEntropy(), params, state, seen, key=jax.random.key(0))
    return {"params": begun, "outputs": jnp.asarray(spec.outputs(SoftmaxCrossEntropy(), C, seen), jnp.asarray(x).dtype)}


def _bent(spec):
    return SIGMOIDAL if isinstance(spec, BoltzmannStack) else BENT


def _start_inputs(spec, dtype):
    params, _ = _bent(spec).init(jax.random.key(0), (D,))
    return jax.tree.map(lambda leaf: np.asarray(leaf, dtype), params), _away((N, D), dtype), np.ones(N, dtype)


@jax.jit  # a line search is a loop, which is compiled at any rate; so it is once
def _searched(spec, state, params, centre):
    """One step of a rule that is told the objective, with that one's gradient."""
    params = jax.tree.map(jnp.asarray, params)
    value, slope = jax.value_and_grad(_bowl)(params, centre)
    objective = {"value": value, "grad": slope, "value_fn": lambda params: _bowl(params, centre)}
    return spec.build().update(slope, state, params, **objective)


def _bowl(params, centre):
    return sum(jnp.sum(jnp.cosh(p - c)) for p, c in zip(*map(jax.tree.leaves, (params, centre)), strict=True))


def _loss_inputs(spec, dtype):
    targets = getattr(spec, "targets", "")
    if targets == "raw":  # positive amounts suit every loss that takes them in their own unit
        return _away((N, 2), dtype), np.abs(_away((N, 2), dtype, seed=1))
    if targets == "shares":
        return _away((N, C), dtype), np.random.default_rng(1).dirichlet(np.ones(C), N).astype(dtype)
    if hasattr(spec, "width"):
        return _away((N, spec.width), dtype), _away((N, 1), dtype, seed=1)
    if spec.head == "linear":
        return _away((N, 2), dtype), _away((N, 2), dtype, seed=1)
    if spec.head in ("sigmoid", "sign"):
        return _away((N, 1), dtype), np.arange(N) % 2
    if spec.head in ("sigmoids", "signs"):
        return _away((N, C), dtype), np.arange(N * C).reshape(N, C) % 2
    return _away((N, C), dtype), np.arange(N) % C


def _tree(dtype, seed):
    shapes = {"dense_1": {"b": (C,), "w": (D, C)}, "norm": {"beta": (C,), "gamma": (C,)}}
    return jax.tree.map(
        lambda shape: _away(shape, dtype, seed + sum(shape)), shapes, is_leaf=lambda x: isinstance(x, tuple)
    )


def _two_layers(dtype, seed):
    tree = _tree(dtype, seed)
    # Updates of other sizes beside their weights, or there is nothing for rates to make alike.
    return {**tree, "dense_2": {"w": _away((C, C), dtype, seed + 1) * (1 + seed)}}


def _away(shape, dtype, seed=0):
    # Row by row, so that more rows leave the first ones as they are.
    x = np.random.default_rng(seed).normal(size=shape)
    return (x + 0.1 * np.sign(x)).astype(dtype)


_USES = {
    "initializer": _initialize,
    "activation": lambda spec, x: spec(x),
    "layer": _both_forms,
    "loss": _lose,
    "penalty": lambda spec, params: spec(params),
    "schedule": _follow,
    "update rule": _descend,
    "clip": lambda spec, gradients: spec(gradients),
    "projection": lambda spec, params: spec(params),
    "start": _begin,
    "rates": _pace,
    "augmentation": lambda spec, x: spec(x, key=jax.random.key(1)),
    "averaging": _average,
    "mixing": lambda spec, x, other: spec(x, other, key=jax.random.key(1)),
}

_INPUTS = {
    "initializer": lambda spec, dtype: (),
    "activation": lambda spec, dtype: (_away((N, D), dtype),),
    "layer": layer_inputs,
    "loss": _loss_inputs,
    "penalty": lambda spec, dtype: (_tree(dtype, 0),),
    "schedule": lambda spec, dtype: (np.int32(7), np.int32(10)),
    "update rule": lambda spec, dtype: (_tree(dtype, 0), _tree(dtype, 9)),
    "clip": lambda spec, dtype: (_tree(dtype, 0),),
    "projection": lambda spec, dtype: (_tree(dtype, 0),),
    "start": _start_inputs,
    "rates": lambda spec, dtype: (_two_layers(dtype, 0), _two_layers(dtype, 9)),
    "augmentation": lambda spec, dtype: (_away((N, 6, 5, 2), dtype),),
    "averaging": lambda spec, dtype: (_tree(dtype, 0), _tree(dtype, 1), (_tree(dtype, 9), _tree(dtype, 8))),
    "mixing": lambda spec, dtype: (_away((N, 6, 5, 2), dtype), _away((N, 6, 5, 2), dtype, seed=1)),
}
