"""Every part gives each member of a population what it gives that member alone, bit for bit."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.contracts import cases
from tests.contracts.case import C, D, N
from tests.contracts.test_contracts import equal
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.layers.flatten import Flatten
from thalweg.layers.hierarchical_dense import HierarchicalDense
from thalweg.mixings.cutmix import Cutmix
from thalweg.mixings.mixup import Mixup
from thalweg.network.sequential import Sequential
from thalweg.spec import kind_of
from thalweg.starts.as_drawn import AsDrawn
from thalweg.starts.class_priors import ClassPriors
from thalweg.train.population import advance, member_of, population, start
from thalweg.train.state import Batches, learner_of
from thalweg.types import Seen

# Of each family the k-th part, all in one experiment: a program each would take the compiler a minute.
MOST = max(map(len, cases.CASES.values()))
TOGETHER = [{family: entries[k % len(entries)] for family, entries in cases.CASES.items()} for k in range(MOST)]


def experiment_of(parts, outputs):
    head = HierarchicalDense(outputs) if parts["loss"].head == "log_probability" else Dense(outputs)
    # A hierarchical layer is nothing but a head, and class shares are for losses that give probabilities.
    layer = Flatten() if isinstance(parts["layer"], HierarchicalDense) else parts["layer"]
    start = parts["start"]
    shares = not isinstance(start, ClassPriors) or parts["loss"].head in ("softmax", "sigmoid")
    # Layers of all kinds are no stack; tests/pretrain has members that begin with one.
    suited = shares and not getattr(start, "all_rows", False)
    images = len(cases.example_shape(layer)) == 3
    first = (Dense(D, parts["initializer"]), layer, Flatten())
    if len(cases.example_shape(layer)) > 1:
        first = (layer, Flatten(), Dense(D, parts["initializer"]))
    return Experiment(
        Sequential((*first, Activation(parts["activation"]), Dense(C), head)),
        parts["loss"],
        penalty=parts["penalty"],
        update=parts["update rule"],
        schedule=parts["schedule"],
        clip=parts["clip"],
        projection=parts["projection"],
        start=start if suited else AsDrawn(),
        rates=parts["rates"],
        averaging=parts["averaging"],
        augment=(parts["augmentation"],) if images else (),
        mix=parts["mixing"] if images or not isinstance(parts["mixing"], Cutmix) else Mixup(),
    )


@pytest.mark.parametrize("entries", TOGETHER, ids=lambda entries: kind_of(type(entries["loss"].spec)))
def test_members_are_what_they_would_be_alone(entries):
    first = {family: case.spec for family, case in entries.items()}
    second = {family: case.spec if case.other is None else case.other for family, case in entries.items()}
    shape = cases.example_shape(first["layer"])
    x = np.random.default_rng(0).normal(size=(N, *shape)).astype(np.float32)
    scores, y = cases.inputs("loss", first["loss"], np.float32)
    seen = Seen(x, np.arange(N) % C, np.ones(N, np.float32))
    members = []
    for seed, parts in enumerate((first, second)):
        made = experiment_of(parts, scores.shape[1])
        members.append(start(learner_of(made), root(seed), shape, 10, begin=made.start, seen=seen))
    batches = Batches(jnp.asarray(x), jnp.asarray(y), jnp.ones(N), None, None)
    together, _ = advance(population(members), batches, clock=0, count=3)
    for i, member in enumerate(members):
        alone, _ = advance(population([member]), batches, clock=0, count=3)
        equal(member_of(together, i).carry, member_of(alone, 0).carry)
    assert together.carry.step.tolist() == [3, 3]
    assert not all(np.array_equal(*leaf) for leaf in jax.tree.leaves(together.carry.params))
