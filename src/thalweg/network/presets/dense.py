"""Dense networks, and linear models."""

from thalweg.activations.relu import ReLU
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.network.sequential import Sequential


def dense_network(outputs: int, *, hidden: tuple[int, ...] = (128, 128), drop: float = 0.0) -> Sequential:
    """Return a network of dense layers with ReLU between them.

    The notes count layers with weights: one hidden layer makes a "2-layer" net.

    Args:
        outputs: Numbers an example that come out; at least 1.
        hidden: Width of each hidden layer; () for a linear model.
        drop: Share of each hidden layer's outputs dropped in training; 0 puts no dropout layers in.

    Returns:
        The network.

    Raises:
        InputError: If a width is below 1, or the share outside [0, 1).

    Example:
        >>> dense_network(10, hidden=(64,)).names()
        ('dense_1', 'activation_1', 'dense_2')

    Source: CS231n notes, "Neural Networks Part 1", "Naming conventions".
    """
    layers = []
    for units in hidden:
        layers += [Dense(units), Activation(ReLU()), *([Dropout(drop)] if drop else [])]
    return Sequential((*layers, Dense(outputs)))
