"""The activation layer: it is its function, and takes nothing else for one."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.activations.tanh import Tanh
from thalweg.errors import InputError
from thalweg.initializers.he_normal import HeNormal
from thalweg.layers.activation import Activation
from thalweg.types import Context


@pytest.mark.parametrize("training", [True, False])
def test_applies_its_function_to_every_entry(training):
    x = jnp.linspace(-2, 2, 24).reshape(2, 3, 4)
    context = Context(training=training, key=jax.random.key(0) if training else None, weight=jnp.ones(2))
    y, state = Activation(Tanh()).apply({}, {}, x, context=context)
    np.testing.assert_allclose(y, np.tanh(x), rtol=1e-6)
    assert state == {}


def test_is_rectified_unless_told_otherwise():
    assert Activation().function == ReLU()


def test_has_nothing_to_learn():
    assert Activation().init(jax.random.key(0), (3, 4)) == ({}, {})


@pytest.mark.parametrize("function", ["relu", jnp.tanh, None])
def test_refuses_what_is_no_part(function):
    with pytest.raises(InputError, match=r"^Activation.function must hold parts of the family 'activation'; got "):
        Activation(function)


def test_refuses_a_part_of_another_family():
    with pytest.raises(InputError, match=r"^Activation.function must be one part of the family 'activation'; got He"):
        Activation(HeNormal())
