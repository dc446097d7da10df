"""A small problem that trains in milliseconds, and what every test of training compares."""

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.activations.relu import ReLU
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.penalties.l2 import L2
from thalweg.platform import compiles
from thalweg.schedules.cosine import Cosine
from thalweg.train import evaluate, nonfinite, probe
from thalweg.train import population as populations
from thalweg.train.loop import Data, LoopState, Watch, run
from thalweg.train.plan import Plan
from thalweg.train.population import population, start
from thalweg.train.state import Batches, learner_of
from thalweg.trees import named_leaves
from thalweg.updates.momentum import Momentum

N, D, C = 150, 6, 4
NOBODY = Watch()
TRAIN, VALIDATION = np.arange(110), np.arange(110, N)  # 110 rows are three batches of 32 and one of 14
BATCH, STEPS = 32, 4  # examples a step, steps an epoch


def examples():
    """Noisy clouds: nobody gets them all right, so scores move and tie."""
    random = np.random.default_rng(0)
    y = random.integers(0, C, N).astype(np.int32)
    centres = random.normal(size=(C, D))
    return (centres[y] + 1.2 * random.normal(size=(N, D))).astype(np.float32), y


def experiment(rate=0.05, *, width=8, update=None, **changes):
    """Dropout draws at every step and the rate falls, so that a key or a step out of place is seen."""
    network = Sequential((Dense(width), Activation(ReLU()), Dropout(0.2), Dense(C)))
    given = {"penalty": L2(1e-3), "update": update or Momentum(rate), "schedule": Cosine(), **changes}
    return Experiment(given.pop("network", network), given.pop("loss", SoftmaxCrossEntropy()), **given)


def members_of(experiments, total, *, seeds=None):
    """A fresh population; every member has its own seed unless told."""
    seeds = range(len(experiments)) if seeds is None else seeds
    return population([start(learner_of(e), root(s), (D,), total) for e, s in zip(experiments, seeds, strict=True)])


def data(**changes):
    """The data as the loop takes them."""
    x, y = examples()
    given = {"x": x, "y": y, "weight": np.ones(N, np.float32), "validation": VALIDATION, "watched": TRAIN[:60]}
    return Data(**{**given, "probe": TRAIN[:20], "metric": "accuracy", **changes})


def train(experiments, *, epochs, watch=NOBODY, plan=Plan, batch=BATCH, seeds=None, parts=None):
    """Run the loop to its end from the start."""
    seeds = range(len(experiments)) if seeds is None else seeds
    steps = -(-len(TRAIN) // batch)
    laid = plan(TRAIN, batch, epochs * steps, tuple((seed, 0) for seed in seeds))
    return run(LoopState(members_of(experiments, laid.total, seeds=seeds)), parts or data(), laid, watch)


def batches(count=1, *, epoch=0, rows=TRAIN, batch=BATCH):
    """One epoch's data for `count` members."""
    x, y = examples()
    order = Plan(rows, batch, 1, tuple((seed, 0) for seed in range(count))).order(epoch)
    return Batches(jnp.asarray(x), jnp.asarray(y), jnp.ones(N), *map(jnp.asarray, order))


def full(rows=TRAIN):
    """The same for full batch."""
    x, y = examples()
    return Batches(jnp.asarray(x[rows]), jnp.asarray(y[rows]), jnp.ones(len(rows)), None, None)


def at(tree, position):
    """One member's part of a tree of a population."""
    return jax.tree.map(lambda leaf: leaf[position], tree)


def plain(tree):
    """The leaves by name as NumPy arrays; keys as the numbers they are made of."""
    leaves = named_leaves(tree)
    typed = {n for n, v in leaves.items() if isinstance(v, jax.Array) and jnp.issubdtype(v.dtype, jax.dtypes.prng_key)}
    return {n: np.asarray(jax.random.key_data(v) if n in typed else v) for n, v in leaves.items()}


def assert_same(actual, expected):
    """Ask for the same bits in two trees; NaN is like NaN."""
    ours, theirs = plain(actual), plain(expected)
    assert ours.keys() == theirs.keys()
    for name, value in theirs.items():
        assert ours[name].dtype == value.dtype, name
        np.testing.assert_array_equal(ours[name], value, err_msg=name)


def without_time(history):
    """The tables of a history but for the seconds."""
    evaluations = history.evaluation_table()
    evaluations.pop("seconds", None)
    return {"steps": history.step_table(), "probes": history.probe_table(), "evaluations": evaluations}


def assert_same_run(actual, expected):
    """Ask for the same members, history, scores and endings."""
    assert_same(actual.members, expected.members)
    assert_same(without_time(actual.history), without_time(expected.history))
    assert actual.clock == expected.clock
    assert actual.endings == expected.endings
    np.testing.assert_array_equal(actual.best_score, expected.best_score)
    np.testing.assert_array_equal(actual.best_loss, expected.best_loss)


def programs():
    """How many programs each compiled function of training has in this process."""
    functions = (
        populations._compiled_advance,
        populations._start,
        evaluate._compiled_assess,
        evaluate._compiled_keep_best,
        probe._compiled_probe,
        nonfinite._compiled_all_finite,
        nonfinite._compiled_replay,
    )
    return tuple(map(compiles, functions))
