"""Training steps of image networks by Thalweg and by PyTorch: random images of CIFAR's size, batch 128, SGD.

What is timed does not hang on what the images show. What a run does between steps is left out for both.
"""

from typing import Any

import numpy as np

from bench.job import Job

BATCH = 128


def rows(steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return images and labels for so many steps."""
    random = np.random.default_rng(0)
    count = steps * BATCH
    return random.standard_normal((count, 32, 32, 3), np.float32), random.integers(0, 10, count).astype(np.int32)


def thalweg(network: Any, steps: int) -> Job:
    """Return Thalweg's program of training steps."""
    import jax
    import jax.numpy as jnp

    from thalweg.experiment import Experiment
    from thalweg.keys import root
    from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
    from thalweg.train.plan import Plan
    from thalweg.train.population import advance, population, start
    from thalweg.train.state import Batches, learner_of
    from thalweg.updates.sgd import SGD

    x, y = map(jnp.asarray, rows(steps))
    plan = Plan(np.arange(len(x)), BATCH, steps, ((0, 0),))
    order, mask = map(jnp.asarray, plan.order(0) or ())
    batches = Batches(x, y, jnp.ones(len(x)), order, mask)
    learner = learner_of(Experiment(network, SoftmaxCrossEntropy(), update=SGD(0.001)))
    members = population([start(learner, root(0), (32, 32, 3), plan.total)])

    def train(_):
        moved, _ = advance(members, batches, clock=0, count=plan.total)
        return float(jax.block_until_ready(moved).carry.loss_sum[0])

    return Job(lambda: None, train)


def torch_eager(network: Any, steps: int) -> Job:
    """Return PyTorch's usual loop, its images with the channels last in memory, which is its faster form on a CPU.

    Args:
        network: Returns a new module.
        steps: How many.
    """
    import torch

    torch.set_num_threads(2)
    x, y = rows(steps)
    inputs = torch.from_numpy(x).permute(0, 3, 1, 2)  # a view of the same memory: channels last
    labels = torch.from_numpy(y).long()

    def prepare():
        net = network().to(memory_format=torch.channels_last)
        return net, torch.optim.SGD(net.parameters(), lr=0.001)

    def train(prepared: Any):
        net, rule = prepared
        loss = torch.zeros(())
        for chosen in torch.randperm(len(labels)).split(BATCH):
            rule.zero_grad()
            loss = torch.nn.functional.cross_entropy(net(inputs[chosen]), labels[chosen])
            loss.backward()
            rule.step()
        return float(loss.detach())

    return Job(prepare, train)
