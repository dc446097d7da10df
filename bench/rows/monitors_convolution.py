"""The default monitors against none, on four epochs of the convolutional network.

Thalweg's own path with its evaluations; the images are random, for no time hangs on what they show. A look inside costs
about as much as training on four times its 256 rows: a run of few steps pays more for the first of them than this.
"""

import numpy as np

from bench.image_steps import BATCH, rows
from bench.job import Job
from bench.rows.cifar_convolution import network

TITLE = "default monitors on four epochs of the convolutional network, 100 steps each"
STEPS, EPOCHS, VALIDATION = 100, 4, 512


def _job(*, watched: bool) -> Job:
    from bench.path import trained
    from thalweg.experiment import Experiment, Training
    from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
    from thalweg.updates.sgd import SGD

    x, y = rows(STEPS + VALIDATION // BATCH)
    training = Training(batch=BATCH, epochs=EPOCHS, patience=10)
    experiment = Experiment(network(), SoftmaxCrossEntropy(), update=SGD(0.001), training=training)
    train, validation = np.arange(STEPS * BATCH), np.arange(STEPS * BATCH, len(x))
    return Job(lambda: None, lambda _: trained(experiment, x, y, train, validation, watched=watched))


def watched() -> Job:
    """Return the epochs with the default monitors."""
    return _job(watched=True)


def unwatched() -> Job:
    """Return the epochs with none."""
    return _job(watched=False)


PEERS = {"with the default monitors": watched, "without": unwatched}
