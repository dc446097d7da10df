"""The gradient check: what is right passes to many digits, what is wrong is named, kinks are left out."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.activations.tanh import Tanh
from thalweg.checks import gradient_check as module
from thalweg.checks.gradient_check import check_function, check_gradient
from thalweg.checks.gradient_verdict import gradient_check
from thalweg.checks.numerical_gradient import compare_gradients
from thalweg.checks.slopes import Compared, TensorGradient
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.custom_layer import CustomLayer
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.losses.custom_loss import CustomLoss
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.objective import Objective
from thalweg.penalties.l2 import L2
from thalweg.spec import spec
from thalweg.train.population import start
from thalweg.train.state import learner_of

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(6, 5)).astype(np.float32), RANDOM.integers(0, 3, 6).astype(np.int32)
TANH = Activation(Tanh())


def member(*layers, loss=SoftmaxCrossEntropy(), precision="full"):  # noqa: B008
    experiment = Experiment(Sequential(layers, precision), loss, penalty=L2(0.01))
    return start(learner_of(experiment), root(0), (5,), 1)


def checked(*layers, x=X, **options):
    return check_gradient(member(*layers, **options), x, Y[: len(x)], seed=0)


def with_slope(slope):
    """The identity, and a derivative that is wrong."""

    @jax.custom_jvp
    def crooked(x):
        return x

    crooked.defjvp(lambda primals, tangents: (primals[0], slope(primals[0]) * tangents[0]))
    return CustomLayer(crooked)


def test_every_tensor_of_a_smooth_network_agrees_to_seven_digits():  # C1
    one = member(Dense(8), TANH, BatchNorm(), Dense(3))
    found = compare_gradients(one.learner.objective, one.carry.params, one.carry.state, X, Y, seed=0)
    by_name = {tensor.tensor: tensor for tensor in found.tensors}
    assert set(by_name) == {f"{n}/{p}" for n in ("dense_1", "dense_2") for p in "bw"} | {
        "batch_norm_1/beta",
        "batch_norm_1/gamma",
    }
    assert all(tensor.error < 1e-7 and tensor.kinks == 0 for tensor in found.tensors)
    assert by_name["dense_2/b"].compared == 4 and by_name["dense_1/w"].compared == 9  # entries, and a direction
    result = gradient_check(found)
    assert result.passed and result.judged and result.tolerance == 1e-6 and result.measured < 1e-7
    assert "The gradient of 6 tensors agrees with differences of the objective" in result.text


@pytest.mark.parametrize(
    ("slope", "grave"),
    [
        (lambda x: -1.0, True),  # sign
        (lambda x: 1.004, False),  # a factor, less than 1% off
        (lambda x: 1.0 + 0.02 * jnp.sign(x), True),  # wrong where x is below 0
        (lambda x: 0.0, True),
    ],
    ids=["sign", "factor", "one side", "none"],
)  # fmt: skip
def test_a_wrong_derivative_is_found_in_the_tensors_before_it_alone(slope, grave):
    result = checked(Dense(8), with_slope(slope), TANH, Dense(3))
    assert not result.passed and result.severity == ("error" if grave else "warning")
    assert result.where in ("dense_1/b", "dense_1/w") and "dense_2" not in result.text
    assert f"The gradient of '{result.where}' is off by" in result.text
    assert "'dense_1/b'" in result.text and "'dense_1/w'" in result.text and "custom derivative" in result.advice


def test_a_wrong_derivative_of_a_loss_is_found_in_every_tensor():
    @jax.custom_jvp
    def plain(outputs, y):
        return jnp.sum(jnp.square(outputs), axis=1) + 0.0 * y

    plain.defjvp(lambda p, t: (plain(*p), jnp.sum(jnp.square(p[0]) * t[0], axis=1)))
    result = checked(Dense(4), TANH, Dense(1), loss=CustomLoss(plain, head="linear"))
    assert not result.passed and "; so are '" in result.text and result.severity == "error"


@jax.custom_vjp
def bent(w, x):
    """The product, and a derivative by w that leaves out the last row of x."""
    return x @ w


bent.defvjp(lambda w, x: (x @ w, (w, x)), lambda kept, g: (kept[1][:-1].T @ g[:-1], g @ kept[0].T))


def begun(key, input_shape):
    return {"w": jax.random.normal(key, (input_shape[0], 3)), "b": jnp.zeros(3)}


def crooked_layer(params, x):
    return bent(params["w"], x) + params["b"][None]


@jax.custom_vjp
def crooked_loss(outputs, y):
    return jnp.sum(jnp.square(outputs), axis=1)


crooked_loss.defvjp(lambda outputs, y: (crooked_loss(outputs, y), outputs), lambda o, g: (1.99 * g[:, None] * o, None))


def own_loss(outputs, y):
    return crooked_loss(outputs, y)


def test_a_users_layer_with_a_wrong_derivative_by_its_own_weight_is_named():  # C1
    result = checked(Dense(4), TANH, CustomLayer(crooked_layer, begun))
    assert not result.passed and result.where == "custom_layer_1/w" and "; so" not in result.text
    assert result.text.endswith(
        " Checked by itself, the layer 'custom_layer_1' (your function 'crooked_layer') has a wrong derivative by 'w'."
    )


def test_a_users_layer_with_a_wrong_derivative_by_its_inputs_is_named():
    result = checked(Dense(4), TANH, with_slope(lambda x: 1.004), Dense(4), TANH, Dense(3))
    assert result.text.endswith(
        " Checked by itself, the layer 'custom_layer_1' (your function 'crooked') has a wrong derivative by its inputs."
    )
    assert "Checked by itself" not in checked(Dense(4), TANH, Dense(3)).text


def test_a_users_loss_with_a_wrong_derivative_is_named():
    result = checked(Dense(4), TANH, Dense(3), loss=CustomLoss(own_loss, head="margin"))
    assert not result.passed and result.text.endswith(
        " Checked by itself, the loss 'custom_loss' (your function 'own_loss') has a wrong derivative by its outputs."
    )


@spec
class Crooked:
    """A penalty with a wrong derivative."""

    def __call__(self, params):
        return jnp.sum(with_slope(lambda w: 3 * w).function(params["dense_2"]["w"]) ** 2)


def test_a_penalty_with_a_wrong_derivative_is_named():
    experiment = Experiment(Sequential((Dense(4), TANH, Dense(3))), SoftmaxCrossEntropy(), penalty=Crooked())
    one = start(learner_of(experiment), root(0), (5,), 1)
    text = check_gradient(one, X, Y, seed=0).text
    assert text.startswith("The gradient of 'dense_2/w'")
    assert text.endswith(" Checked by itself, the penalty 'crooked' has a wrong derivative by 'dense_2/w'.")


def test_a_function_of_ones_own_is_checked_by_itself():  # C1
    at = {"w": RANDOM.normal(size=(5, 3)), "scale": 2.0}
    right = check_function(lambda at, x: jnp.sum(jnp.tanh(at["scale"] * x @ at["w"])), at, X)
    assert right.passed and right.measured < 1e-7 and "The gradient of 2 tensors agrees" in right.text
    wrong = check_function(lambda at, x: jnp.sum(jnp.tanh(at["scale"] * bent(at["w"], x))), at, X)
    assert not wrong.passed and wrong.where == "w" and "differences of the function." in wrong.text
    alone = check_function(lambda w, x: jnp.sum(bent(w, x)), at["w"], X)
    assert alone.where == "argument" and alone.severity == "error"


def test_a_function_of_many_numbers_or_none_to_move_is_refused():
    with pytest.raises(InputError, match="must return one number to have a gradient; got an array of shape"):
        check_function(jnp.tanh, X)
    with pytest.raises(InputError, match="a gradient is taken at floats; got"):
        check_function(jnp.sum, Y)


def test_a_gradient_of_zero_passes():
    # What a bias adds a batch normalisation takes away: its gradient is rounding alone, and so are its differences.
    result = checked(Dense(8), BatchNorm(), TANH, Dense(3))
    assert result.passed and result.measured < 1e-7


def test_kinks_are_left_out_and_counted():
    # Of inputs of 0 each unit is its bias, 0: at the kink of the ReLU itself.
    result = checked(Dense(8), Activation(ReLU()), Dense(3), x=np.zeros((4, 5), np.float32))
    assert result.passed and result.tolerance == 1e-4 and "comparisons at kinks left out." in result.text
    within = compare_gradients(*_near_kink(), seed=0)
    assert {tensor.tensor: tensor.kinks for tensor in within.tensors}["dense_1/b"] == 1


def _near_kink():
    """One unit whose kink lies a third of a step away from its bias."""
    network = Sequential((Dense(1), Activation(ReLU()), Dense(1)))
    params = {"dense_1": {"w": jnp.zeros((5, 1)), "b": jnp.full(1, 3e-6)}, "activation_1": {},
              "dense_2": {"w": jnp.ones((1, 1)), "b": jnp.zeros(1)}}  # fmt: skip
    state = {"dense_1": {}, "activation_1": {}, "dense_2": {}}
    loss = CustomLoss(_sum, head="linear")
    return Objective(network, loss), params, state, X, np.zeros((6, 1), np.float32)


def _sum(outputs, y):
    return outputs[:, 0] + 0.0 * y[:, 0]


def test_what_computes_in_32_bits_cannot_be_compared():
    def rounded(x):
        return x.astype(jnp.float32).astype(x.dtype)

    one = member(CustomLayer(rounded), Dense(3), CustomLayer(rounded))
    result = check_gradient(one, X, Y, seed=0)
    assert not result.judged and "computes in 32 bits" in result.text


def test_a_function_for_32_bits_alone_is_not_judged_and_trains():
    def doubled(x):
        return jax.lax.mul(x, jnp.full(x.shape, 2.0, jnp.float32))

    result = checked(CustomLayer(doubled), Dense(3))
    assert result.passed and not result.judged
    assert "could not be compared, for that takes 64 bits: the function 'doubled' of CustomLayer failed" in result.text


def test_without_parameters_there_is_nothing_to_check():
    result = check_gradient(member(TANH), X, Y, seed=0)
    assert not result.judged and "no parameters" in result.text


def test_an_infinite_objective_makes_no_gradient_zero():
    unknown = TensorGradient("dense_1/w", float("nan"), 1e-3, 9, 0)
    result = gradient_check(Compared((unknown,), float("inf")))
    assert not result.passed and result.severity == "error"


def test_tensors_that_only_kinks_were_met_of_are_counted_apart():
    some = (TensorGradient("dense_1/w", float("nan"), 0.0, 0, 9), TensorGradient("dense_2/w", 1e-9, 1.0, 9, 0))
    assert "The gradient of 1 of 2 tensors agrees" in gradient_check(Compared(some, 2.3)).text


def test_noise_and_rounding_to_16_bits_are_left_out():
    assert checked(Dense(8), Dropout(0.5), TANH, Dense(3), precision="bfloat16").measured < 1e-7


def test_numbers_that_are_not_finite_are_an_error():
    result = checked(Dense(8), CustomLayer(jnp.log), Dense(3), x=-np.abs(X))
    assert not result.passed and result.severity == "error"


def test_large_networks_are_compared_on_fewer_rows_then_along_directions_then_not_at_all(monkeypatch):
    one = member(Dense(3))
    # 15 multiply-adds and 18 parameters, five values for each of nine steps of two tensors: 2,970 a row.
    monkeypatch.setattr(module, "GRADIENT_WORK", 3 * 2970)
    text = check_gradient(one, X, Y, seed=0).text
    # One value, and four for each of three entries and a direction of b and of eight entries and one of w.
    assert "of 2 tensors agrees" in text and text.endswith(" That took 53 values of the objective, each of 3 examples.")
    # Along two directions a row takes as much as 3 + 2 * 4 values of 33.
    monkeypatch.setattr(module, "GRADIENT_WORK", 5 * 11 * 33)
    text = check_gradient(one, X, Y, seed=0).text
    assert "The gradient along 2 random directions agrees" in text
    assert text.endswith(
        " Along each, an error from 0.0001 of the slope on is seen."
        " That took 9 values of the objective, each of 5 examples."
    )
    monkeypatch.setattr(module, "GRADIENT_WORK", 11 * 33 - 1)
    result = check_gradient(one, X, Y, seed=0)
    assert not result.judged and result.text.endswith("with 15 multiply-adds an example it would take long.")
    monkeypatch.setattr(module, "GRADIENT_PARAMETERS", 17)
    assert "its 18 parameters would take 0.0 GB in 64 bits" in check_gradient(one, X, Y, seed=0).text


def test_a_wrong_part_of_a_large_network_is_named(monkeypatch):
    # So dear that there are three directions for ten tensors.
    layers = (Dense(8), Activation(ReLU())) * 3
    one = member(*layers, with_slope(lambda x: 1.001), Dense(8), Activation(ReLU()), Dense(3))
    work = 5 * 8 + 3 * 8 * 8 + 8 * 3 + (48 + 3 * 72 + 27)
    monkeypatch.setattr(module, "GRADIENT_WORK", 2 * (3 + 3 * 4) * work)
    result = check_gradient(one, X, Y, seed=0)
    assert not result.passed and result.severity == "warning" and result.text.count("each of 2 examples") == 1
    assert "'dense_3/" in result.text and "dense_4/w'" not in result.text
    blamed = " the layer 'custom_layer_1' (your function 'crooked') has a wrong derivative by its inputs."
    assert result.text.endswith(blamed)


def test_many_wrong_tensors_are_named_as_far_as_they_fit():
    tensors = tuple(TensorGradient(f"dense_{k}/w", 0.1 * k, 1.0, 9, 0) for k in range(1, 7))
    text = gradient_check(Compared(tensors, 2.3)).text
    assert text == (
        "The gradient of 'dense_6/w' is off by 0.6 of its length against differences of the objective; so are "
        "'dense_1/w', 'dense_2/w', 'dense_3/w' and 2 more."
    )


@pytest.mark.parametrize("at", [0.0, 1e-4, 1.0])
def test_a_curve_is_no_kink_however_small_its_slope(at):
    assert check_function(lambda w: w * w, at).judged

    @jax.custom_vjp
    def bent(w):
        return w * w

    bent.defvjp(lambda w: (w * w, None), lambda _, g: (5.0 * g,))
    wrong = check_function(bent, at)
    assert wrong.judged and not wrong.passed
    assert not check_function(jnp.abs, 0.0).judged  # a kink at the very point


def test_what_rounding_of_a_huge_value_comes_to_is_no_error():
    # A value of 8e5 in 64 bits is off by up to 4 eps 8e5 / 1e-5 = 7e-5 in a slope: 7e-5 of one of length 1.
    tensor = TensorGradient("dense_2/b", 4e-5, 1.0, 8, 0)
    assert gradient_check(Compared((tensor,), 8e5)).passed
    assert not gradient_check(Compared((tensor,), 2.3)).passed
