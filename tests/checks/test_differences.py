"""Gradients by differences: the notes' numbers, both forms, any pytree, what cannot be moved."""

import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.checks.differences import numerical_gradient
from thalweg.errors import InputError

W = np.array([0.34, -1.11, 0.78])


def loss(w):
    """1.25347 at W, and at steps of 0.0001 in each weight 1.25322, 1.25353 and 1.25347: the table of the notes."""
    return 1.25347 + jnp.dot(jnp.array([1.25322, 1.25353, 1.25347]) - 1.25347, w - W) / 1e-4


def test_the_notes_loss_of_1_25322_a_step_on_gives_minus_two_and_a_half():  # C1
    # (1.25322 - 1.25347) / 0.0001, (1.25353 - 1.25347) / 0.0001 and no change
    found = numerical_gradient(loss, W, step=1e-4, form="forward")
    np.testing.assert_allclose(found, [-2.5, 0.6, 0.0], atol=1e-8)
    np.testing.assert_allclose(numerical_gradient(loss, W), [-2.5, 0.6, 0.0], atol=1e-8)  # a line: both forms agree


def cubed(w):
    return w["a"] ** 3 + jnp.sum(w["b"] * w["b"])


def test_a_centred_difference_follows_a_curve_by_one_order_more():
    at = {"a": 2.0, "b": np.array([1.0, -3.0], np.float32)}
    forward, centred = (numerical_gradient(cubed, at, step=0.1, form=form) for form in ("forward", "centred"))
    # ((a + h)^3 - a^3) / h = 3 a^2 + 3 a h + h^2, and of the centred one 3 a^2 + h^2; of squares 2 b + h, and 2 b
    np.testing.assert_allclose(forward["a"], 12 + 0.6 + 0.01)
    np.testing.assert_allclose(centred["a"], 12 + 0.01)
    np.testing.assert_allclose(forward["b"], [2.1, -5.9])
    np.testing.assert_allclose(centred["b"], [2.0, -6.0])
    assert centred["a"].shape == () and centred["b"].dtype == np.float64


def scaled(w, factor):
    return factor * w[0]


def test_what_else_a_function_takes_is_handed_over_in_64_bits():
    third = np.float32(1 / 3)
    assert abs(numerical_gradient(scaled, [1.0], third)[0] - float(third)) < 1e-9


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: numerical_gradient(loss, W, form="centered"), "unknown form of difference 'centered'. Did you mean"),
        (lambda: numerical_gradient(loss, W, step=0.0), "a finite number above 0; got 0.0"),
        (lambda: numerical_gradient(loss, W, step=float("inf")), "a finite number above 0; got inf"),
        (lambda: numerical_gradient(cubed, {"a": 3, "b": W}), "a gradient is taken at floats; got 3."),
        (lambda: numerical_gradient(loss, []), "a gradient is taken at one float at least; got []"),
        (lambda: numerical_gradient(jnp.sin, W), "'sin' must return one number to have a gradient; got an array of"),
        (lambda: numerical_gradient(jnp.argmax, W), "must return one number to have a gradient"),
    ],
)
def test_what_has_no_gradient_is_refused(call, message):
    with pytest.raises(InputError) as caught:
        call()
    assert message in str(caught.value)
