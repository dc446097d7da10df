"""One table of all parts: an example of each, what it takes and how it is used."""

import dataclasses
import importlib
import pkgutil
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.activations.linear import Linear
from thalweg.activations.relu import ReLU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.tanh import Tanh
from thalweg.experiment import Experiment, Training
from thalweg.initializers.auto import Auto
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.glorot_uniform import GlorotUniform
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.small_normal import SmallNormal
from thalweg.layers.activation import Activation
from thalweg.layers.activation import Function as ActivationFunction
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.flatten import Flatten
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.named import Named
from thalweg.network.sequential import Sequential
from thalweg.penalties.l2 import L2
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.preprocess.arrays import Center, MinMax, NoPreprocessing, PixelScale, Standardize
from thalweg.preprocess.table import TableEncoding
from thalweg.schedules.constant import Constant
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.step_decay import StepDecay
from thalweg.schedules.warmup import Warmup
from thalweg.types import Context, Initializer, Layer, Loss, Penalty, Schedule, UpdateRule
from thalweg.updates.adam import Adam
from thalweg.updates.momentum import Momentum
from thalweg.updates.sgd import SGD

N, D, C = 5, 4, 3  # examples, features, classes


class Case(NamedTuple):
    """A part as the contracts see it."""

    spec: Any
    other: Any = None  # of the same structure, with every number changed; None where there is no number
    restructured: Any = None  # of another structure; None where there is only one
    ranges: dict[str, str] = {}  # noqa: RUF012  # by tunable, as an error words it
    outside: dict[str, list[float]] = {}  # noqa: RUF012  # by tunable, numbers that its range leaves out


SHARE = "[0, 1)"
POSITIVE = "(0, inf)"
ANY = "(-inf, inf)"
COUNT = "[1, 1e+07]"
NOT_SHARES = [-0.1, 1.0, 1, 1.5]
NOT_POSITIVE = [0, 0.0, -1.0]
NOT_COUNTS = [0, -1, 10_000_001]

CASES = {
    "initializer": [
        Case(Auto()),
        Case(HeNormal()),
        Case(GlorotNormal()),
        Case(GlorotUniform()),
        Case(SmallNormal(), SmallNormal(0.5), None, {"std": POSITIVE}, {"std": NOT_POSITIVE}),
    ],
    "activation": [Case(ReLU()), Case(Tanh()), Case(Sigmoid()), Case(Linear())],
    "layer": [
        Case(
            Dense(C),
            Dense(C, bias=0.3),
            Dense(C + 1),
            {"bias": "(-inf, inf)"},
            {"bias": []},
        ),
        Case(Activation(Tanh()), None, Activation(ReLU())),
        Case(Dropout(0.5), Dropout(0.2), None, {"drop": SHARE}, {"drop": NOT_SHARES}),
        Case(
            BatchNorm(),
            BatchNorm(momentum=0.5, epsilon=0.1),
            BatchNorm(affine=False),
            {"momentum": SHARE, "epsilon": POSITIVE},
            {"momentum": NOT_SHARES, "epsilon": NOT_POSITIVE},
        ),
        Case(Flatten()),
        Case(Named("first", Activation(Tanh())), None, Named("second", Activation(Tanh()))),
    ],
    "loss": [
        Case(SoftmaxCrossEntropy()),
        Case(BinaryCrossEntropy()),
        Case(SquaredError(), None, SquaredError(half=False)),
    ],
    "penalty": [
        Case(NoPenalty()),
        Case(L2(0.1), L2(0.3), L2(0.1, half=False), {"strength": "[0, inf)"}, {"strength": [-1e-9, -1]}),
    ],
    "schedule": [
        Case(Constant()),
        Case(
            StepDecay(),
            StepDecay(0.5, every=0.2),
            None,
            {"factor": "(0, 1]", "every": "(0, 1]"},
            {"factor": [0, 1.5], "every": [0.0, 1.5]},
        ),
        Case(Cosine(), Cosine(0.2), None, {"floor": "[0, 1]"}, {"floor": [-0.1, 1.1]}),
        Case(
            Warmup(0.2, Cosine(0.1)),
            Warmup(0.5, Cosine(0.3)),
            Warmup(0.2, StepDecay()),
            {"share": SHARE},
            {"share": NOT_SHARES},
        ),
    ],
    "update rule": [
        Case(SGD(), SGD(0.5), None, {"rate": POSITIVE}, {"rate": NOT_POSITIVE}),
        Case(
            Momentum(),
            Momentum(0.5, 0.4),
            None,
            {"rate": POSITIVE, "mu": SHARE},
            {"rate": NOT_POSITIVE, "mu": NOT_SHARES},
        ),
        Case(
            Adam(),
            Adam(0.2, 0.8, 0.98, 1e-3),
            None,
            {"rate": POSITIVE, "beta1": SHARE, "beta2": SHARE, "epsilon": POSITIVE},
            {"rate": NOT_POSITIVE, "beta1": NOT_SHARES, "beta2": NOT_SHARES, "epsilon": NOT_POSITIVE},
        ),
    ],
}

# Parts that are no function of arrays: of these, the contracts on values alone are asked here. Those of preprocessing,
# which works on the host, are in test_preprocessing.py; tests/network and tests/test_experiment.py have the others.
NETWORK = Sequential((Dense(C), Activation(ReLU())))
SCALINGS = [
    Case(NoPreprocessing()),
    Case(Standardize()),
    Case(MinMax(), MinMax(-1.0, 3.0), None, {"low": ANY, "high": ANY}, {"low": [], "high": []}),
    Case(Center()),
]
VALUES = {
    "experiment": [
        Case(
            Experiment(NETWORK, SoftmaxCrossEntropy()),
            None,
            Experiment(NETWORK, SoftmaxCrossEntropy(), preprocess=TableEncoding(), update=SGD()),
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
        Case(
            TableEncoding(),
            TableEncoding(clip=5.0, min_count=3),
            TableEncoding(max_levels=7),
            {"clip": POSITIVE, "min_count": "[1, inf)"},
            {"clip": NOT_POSITIVE, "min_count": [0, -1]},
        ),
    ],
    "column scaling": SCALINGS,
}

FAMILIES = {  # family -> (package, protocol)
    "initializer": ("initializers", Initializer),
    "activation": ("activations", ActivationFunction),
    "layer": ("layers", Layer),
    "loss": ("losses", Loss),
    "penalty": ("penalties", Penalty),
    "schedule": ("schedules", Schedule),
    "update rule": ("updates", UpdateRule),
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


def layer_inputs(spec, dtype, n=N):
    """The parameters, state, examples and weights for a layer; earlier rows do not depend on n."""
    params, state = jax.tree.map(
        lambda leaf: np.asarray(leaf, dtype), spec.init(jax.random.key(0), (D,)), is_leaf=lambda x: hasattr(x, "dtype")
    )
    # Trained a little: nothing is left at a 0 or 1 that could hide a missing term.
    params = {name: leaf + _away(leaf.shape, dtype, seed=3) for name, leaf in params.items()}
    state = {name: leaf + np.abs(_away(leaf.shape, dtype, seed=4)) for name, leaf in state.items()}
    return params, state, _away((n, D), dtype), np.ones(n, dtype)


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
    return spec(step, total)


def _descend(spec, params, gradients):
    rule = spec.build()
    state = rule.init(params)
    for k in range(3):
        changes, state = rule.update(jax.tree.map(lambda g, k=k: g / (k + 1), gradients), state, params)
        params = jax.tree.map(jnp.add, params, changes)
    return {"params": params, "state": state}


def _loss_inputs(spec, dtype):
    if isinstance(spec, SquaredError):
        return _away((N, 2), dtype), _away((N, 2), dtype, seed=1)
    if isinstance(spec, BinaryCrossEntropy):
        return _away((N, 1), dtype), np.arange(N) % 2
    return _away((N, C), dtype), np.arange(N) % C


def _tree(dtype, seed):
    shapes = {"dense_1": {"b": (C,), "w": (D, C)}, "norm": {"beta": (C,), "gamma": (C,)}}
    return jax.tree.map(
        lambda shape: _away(shape, dtype, seed + sum(shape)), shapes, is_leaf=lambda x: isinstance(x, tuple)
    )


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
}

_INPUTS = {
    "initializer": lambda spec, dtype: (),
    "activation": lambda spec, dtype: (_away((N, D), dtype),),
    "layer": layer_inputs,
    "loss": _loss_inputs,
    "penalty": lambda spec, dtype: (_tree(dtype, 0),),
    "schedule": lambda spec, dtype: (np.int32(7), np.int32(10)),
    "update rule": lambda spec, dtype: (_tree(dtype, 0), _tree(dtype, 9)),
}
