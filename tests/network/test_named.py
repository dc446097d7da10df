"""Layers with names of their own."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.layers.dense import Dense
from thalweg.network.named import Named
from thalweg.types import Context


def test_a_named_layer_does_what_the_layer_does():
    key, context = jax.random.key(0), Context(False, None, jnp.ones(2))
    params, state = Named("head", Dense(3, bias=0.5)).init(key, (4,))
    theirs, _ = Dense(3, bias=0.5).init(key, (4,))
    assert state == {}
    np.testing.assert_array_equal(params["w"], theirs["w"])
    y, _ = Named("head", Dense(3)).apply(params, state, jnp.ones((2, 4)), context=context)
    np.testing.assert_array_equal(y, Dense(3).apply(theirs, {}, jnp.ones((2, 4)), context=context)[0])


@pytest.mark.parametrize("name", ["head", "block-2_b", "7", "größe"])
def test_letters_digits_dashes_and_lines_make_a_name(name):
    assert Named(name, Dense(3)).name == name


@pytest.mark.parametrize("name", ["", "_", "a/b", "a b", "a.b", "a\n", "<b>", "x" * 500 + "/"])
def test_other_names_are_refused(name):
    with pytest.raises(InputError, match=r"Named.name must be letters, digits, '_' and '-'; got ") as caught:
        Named(name, Dense(3))
    assert len(str(caught.value)) < 300


def test_a_second_name_is_refused():
    with pytest.raises(InputError, match=r"Named.layer is called 'a' already; got a second name, 'b'\. Use one"):
        Named("b", Named("a", Dense(3)))


def test_only_a_layer_can_be_named():
    with pytest.raises(InputError, match=r"Named.layer must hold parts of the family 'layer'; got 3"):
        Named("a", 3)
