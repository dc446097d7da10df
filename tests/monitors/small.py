"""A small network on the digits, and a run of it."""

import numpy as np
from sklearn.datasets import load_digits

from thalweg.activations.relu import ReLU
from thalweg.experiment import Experiment, Training
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.penalties.l2 import L2
from thalweg.train.loop import Data, LoopState, Watch, run
from thalweg.train.plan import Plan
from thalweg.train.population import population, start
from thalweg.train.state import learner_of


def data():
    """400 digits, inputs in [0, 1]."""
    digits = load_digits()
    return (digits.data[:400] / 16).astype(np.float32), digits.target[:400].astype(np.int32)


def experiment():
    """One hidden layer, with dropout, so that random draws take part."""
    network = Sequential((Dense(16), Activation(ReLU()), Dropout(0.2), Dense(10)))
    return Experiment(network, SoftmaxCrossEntropy(), penalty=L2(1e-3), training=Training(batch=32))


def trained(*, observers, probes):
    """The state after 30 epochs, 300 steps: beyond those that are all recorded."""
    x, y = data()
    plan = Plan(np.arange(320), 32, 300, ((0, 0),))
    members = population([start(learner_of(experiment()), root(0), (x.shape[1],), plan.total)])
    parts = Data(x, y, np.ones(len(x), np.float32), np.arange(320, 400), np.arange(320), np.arange(100), "accuracy")
    return run(LoopState(members), parts, plan, Watch(observers, probes, ()))
