"""Steps over 10,000 classes: a tree of yes-or-no questions beside a flat softmax.

A 64-256-10,000 network, batch 128, 150 steps of an epoch of 19,200 rows by the one program that trains. What a run does
between steps is left out: scoring has to look at every class in either form. The labels are random, for what is timed
does not hang on them. The rows but PyTorch's are Thalweg's own, in another form.
"""

from typing import Any

import numpy as np

from bench.job import Job

TITLE = "10,000 classes: 64-256-10,000, batch 128; 150 training steps"
CLASSES, ROWS, BATCH = 10_000, 19_200, 128


def _rows() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    return random.standard_normal((ROWS, 64), np.float32), random.integers(0, CLASSES, ROWS).astype(np.int32)


def _thalweg(flat: bool, update: Any) -> Job:
    import jax
    import jax.numpy as jnp

    from thalweg.activations.relu import ReLU
    from thalweg.experiment import Experiment
    from thalweg.keys import root
    from thalweg.layers.activation import Activation
    from thalweg.layers.dense import Dense
    from thalweg.layers.hierarchical_dense import HierarchicalDense
    from thalweg.losses.hierarchical_softmax import HierarchicalSoftmax
    from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
    from thalweg.network.sequential import Sequential
    from thalweg.train.plan import Plan
    from thalweg.train.population import advance, population, start
    from thalweg.train.state import Batches, learner_of

    x, y = map(jnp.asarray, _rows())
    experiment = Experiment(
        Sequential((Dense(256), Activation(ReLU()), Dense(CLASSES) if flat else HierarchicalDense(CLASSES))),
        SoftmaxCrossEntropy() if flat else HierarchicalSoftmax(),
        update=update,
    )
    plan = Plan(np.arange(ROWS), BATCH, ROWS // BATCH, ((0, 0),))
    order, mask = map(jnp.asarray, plan.order(0) or ())
    batches = Batches(x, y, jnp.ones(ROWS), order, mask)
    members = population([start(learner_of(experiment), root(0), (64,), plan.total)])

    def train(_):
        moved, _ = advance(members, batches, clock=0, count=plan.total)
        return float(jax.block_until_ready(moved).carry.loss_sum[0])

    return Job(lambda: None, train)


def _sgd(*, flat: bool) -> Job:
    from thalweg.updates.sgd import SGD

    return _thalweg(flat, SGD(0.1))


def _adam(*, flat: bool) -> Job:
    from thalweg.updates.adam import Adam

    return _thalweg(flat, Adam(1e-3))


def torch_flat() -> Job:
    """Return PyTorch's usual loop over a flat softmax, with SGD."""
    import torch

    torch.set_num_threads(2)
    x, y = _rows()
    inputs, labels = torch.from_numpy(x), torch.from_numpy(y).long()

    def prepare():
        net = torch.nn.Sequential(torch.nn.Linear(64, 256), torch.nn.ReLU(), torch.nn.Linear(256, CLASSES))
        return net, torch.optim.SGD(net.parameters(), lr=0.1)

    def train(prepared: Any):
        net, rule = prepared
        loss = torch.zeros(())
        for rows in torch.randperm(ROWS).split(BATCH):
            rule.zero_grad()
            loss = torch.nn.functional.cross_entropy(net(inputs[rows]), labels[rows])
            loss.backward()
            rule.step()
        return float(loss.detach())

    return Job(prepare, train)


PEERS = {
    "Hierarchical softmax, SGD": lambda: _sgd(flat=False),
    "Flat softmax, SGD": lambda: _sgd(flat=True),
    "PyTorch eager, flat softmax, SGD": torch_flat,
    "Hierarchical softmax, Adam": lambda: _adam(flat=False),
    "Flat softmax, Adam": lambda: _adam(flat=True),
}
