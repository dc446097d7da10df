"""What a start has learned from all rows is kept with the arrays, and is what would be learned anew."""

import jax
import numpy as np
import pytest

from thalweg.activations.sigmoid import Sigmoid
from thalweg.data.arrays import from_arrays
from thalweg.data.split import split_source
from thalweg.experiment import Experiment
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.preprocess.arrays import Standardize
from thalweg.starts.supervised_stack import SupervisedStack
from thalweg.train import fresh
from thalweg.train.fresh import KEPT, fresh_member
from thalweg.train.prepare import prepare, prepare_folds, with_experiment
from thalweg.updates.sgd import SGD

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(60, 3)).astype(np.float32)
SOURCE = from_arrays(X, (X[:, 0] > 0).astype(int) + (X[:, 1] > 0), name="toy")
SPLIT = split_source(SOURCE)[0]
NETWORK = Sequential((Dense(4), Activation(Sigmoid()), Dense(3)))
OWN = Experiment(NETWORK, SoftmaxCrossEntropy(), preprocess=Standardize(), start=SupervisedStack(epochs=2, batch=20))


@pytest.fixture
def seen(monkeypatch):
    """The seeds from which a start has looked at rows."""
    seeds = []
    plainly = fresh.seen_by_start

    def counted(prepared, weight, *, seed):
        seeds.append(seed)
        return plainly(prepared, weight, seed=seed)

    monkeypatch.setattr(fresh, "seen_by_start", counted)
    return seeds


def params(member):
    return [np.asarray(leaf) for leaf in jax.tree.leaves(member.carry.params)]


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(params(one), params(other), strict=True))


def test_the_same_beginning_is_learned_once_and_has_the_bits_it_would_have_alone(seen):
    prepared = prepare(SOURCE, SPLIT, OWN)
    weight = prepared.weight
    first = fresh_member(prepared, weight, seed=1, total=7)
    again = fresh_member(prepared, weight, seed=1, total=9)
    assert seen == [1] and same(first, again) and (int(first.total), int(again.total)) == (7, 9)
    # Another update rule begins alike, with a state of its own.
    other = with_experiment(prepared, OWN.__class__(**{**vars(OWN), "update": SGD(0.5)}), SOURCE.task)
    moved = fresh_member(other, weight, seed=1, total=7)
    assert seen == [1] and same(first, moved) and type(moved.learner.update) is SGD
    alone = fresh_member(prepare(SOURCE, SPLIT, OWN), weight, seed=1, total=7)
    assert seen == [1, 1] and same(first, alone)


def test_whatever_the_learning_hangs_on_is_learned_anew(seen):
    prepared = prepare(SOURCE, SPLIT, OWN)
    weight = prepared.weight
    first = fresh_member(prepared, weight, seed=1, total=1)
    heavy = weight * np.where(SOURCE.targets == 1, 5, 1).astype(np.float32)
    longer = with_experiment(prepared, OWN.__class__(**{**vars(OWN), "start": SupervisedStack(epochs=9)}), SOURCE.task)
    wider = Sequential((Dense(5), Activation(Sigmoid()), Dense(3)))
    wide = with_experiment(prepared, OWN.__class__(**{**vars(OWN), "network": wider}), SOURCE.task)
    fold = prepare_folds(SOURCE, (SPLIT, SPLIT._replace(train=SPLIT.train[::-1][:30])), OWN)[1]
    found = [
        fresh_member(prepared, weight, seed=2, total=1),
        fresh_member(prepared, heavy, seed=1, total=1),
        fresh_member(longer, weight, seed=1, total=1),
        fresh_member(fold, weight, seed=1, total=1),
    ]
    assert len(seen) == 5 and not any(same(first, one) for one in found)
    assert params(fresh_member(wide, weight, seed=1, total=1))[0].shape != params(first)[0].shape


def test_few_are_kept_the_oldest_goes_first(seen):
    prepared = prepare(SOURCE, SPLIT, OWN)
    for seed in range(KEPT + 1):
        fresh_member(prepared, prepared.weight, seed=seed, total=1)
    assert len(prepared.learned) == KEPT
    fresh_member(prepared, prepared.weight, seed=KEPT, total=1)
    assert seen == list(range(KEPT + 1))
    fresh_member(prepared, prepared.weight, seed=0, total=1)
    assert seen[-1] == 0 and len(prepared.learned) == KEPT
