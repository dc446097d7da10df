"""What a fresh network and its first steps tell: each fault is found and named, and what is sound is let alone."""

import re
import warnings

import numpy as np
import pytest
from sklearn.datasets import load_iris

from tests.checks import faulty
from tests.checks.prepared import from_arrays
from thalweg.activations.relu import ReLU
from thalweg.activations.selu import SELU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.tanh import Tanh
from thalweg.checks import fresh_checks as module
from thalweg.checks.first_steps import TensorStep, _measured
from thalweg.checks.fresh_checks import check_fresh
from thalweg.checks.fresh_network import LayerFacts, LossFacts
from thalweg.checks.initial_scale import ScalePoint, initial_scale
from thalweg.checks.loss_of_examples import loss_of_examples
from thalweg.checks.parameters_move import parameters_move
from thalweg.checks.steps_descend import steps_descend
from thalweg.checks.units_alive import units_alive
from thalweg.errors import InputError
from thalweg.initializers.constant_weights import ConstantWeights
from thalweg.initializers.glorot_uniform import GlorotUniform
from thalweg.initializers.he_uniform import HeUniform
from thalweg.initializers.lecun_normal import LecunNormal
from thalweg.initializers.orthogonal import Orthogonal
from thalweg.initializers.small_normal import SmallNormal
from thalweg.initializers.small_uniform import SmallUniform
from thalweg.initializers.sparse import Sparse
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.custom_layer import CustomLayer
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.global_average_pooling import GlobalAveragePooling
from thalweg.layers.gru import GRU
from thalweg.layers.max_pooling import MaxPooling
from thalweg.losses.custom_loss import CustomLoss
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential
from thalweg.rates.layer_rate import LayerRate
from thalweg.rates.layer_rates import LayerRates
from thalweg.starts.lsuv import LSUV
from thalweg.train.population import start
from thalweg.train.seen import seen_by_start
from thalweg.train.state import learner_of
from thalweg.updates.custom_update_rule import CustomUpdateRule
from thalweg.updates.sgd import SGD

X, Y = load_iris(return_X_y=True)
RELU, TANH = Activation(ReLU()), Activation(Tanh())
ZERO = ConstantWeights(0.0)


def begun(*layers, x=X, y=Y, **parts):
    network = {"network": Sequential(layers)} if layers else {}
    prepared = from_arrays(x, y, **network, **parts)
    seen = seen_by_start(prepared, prepared.weight, seed=0)
    begin = prepared.experiment.start
    member = start(learner_of(prepared.experiment), root(0), prepared.x.shape[1:], 1, begin=begin, seen=seen)
    return prepared, member


def checked(*layers, **options):
    prepared, member = begun(*layers, **options)
    found = check_fresh(member, prepared, seed=0)
    return found, {result.name: result for result in (*found.layers, *found.steps)}


def failed(*layers, **options):
    found, results = checked(*layers, **options)
    wrong = {name: (result.severity, result.where) for name, result in results.items() if not result.passed}
    return wrong | ({"unread": found.tried.unread} if found.tried and found.tried.unread else {})


def stack(units, activation, depth, weights):
    return tuple(one for _ in range(depth) for one in (Dense(units, weights), activation))


def test_units_that_begin_alike_and_stay_so_are_found():
    layers = (Dense(8, ConstantWeights(0.1)), TANH, Dense(8, ConstantWeights(0.1)), TANH, Dense(3))
    _, results = checked(*layers)
    found = results["units differ"]
    # The second layer's units get gradients of their own from the last one, which was drawn at random.
    assert (found.passed, found.severity, found.where, found.measured) == (False, "error", "dense_1/w", 1.0)
    assert found.text == "8 of 8 units of 'dense_1/w' have the weights of another one and get the same gradient."
    assert '{kind = "he_normal"}' in found.advice


def test_pairs_of_units_that_stay_alike_are_found():
    found = checked(Dense(8, faulty.Twins()), TANH, Dense(8, ConstantWeights(0.3)), TANH, Dense(3))[1]["units differ"]
    assert not found.passed and found.severity == "error" and found.measured == pytest.approx(4 / 7)


def test_zeros_everywhere_kill_a_rectified_network():  # I1
    found = failed(Dense(8, ZERO), RELU, Dense(3, ZERO))
    assert found["units differ"] == ("error", "dense_1/w") and found["units alive"] == ("error", "activation_1")
    assert found["parameters move"] == ("warning", "dense_1/b") and found["unread"] == (0, 1, 2, 3)
    assert next(iter(found)) == "units differ"


def test_zeros_that_break_symmetry_by_themselves_are_let_alone():
    # In the last layer; at the end of a residual branch, whose gradient is 0 until the last layer has moved; and there
    # is nothing to differ in a network without a hidden layer.
    branch = (Dense(8), RELU, Dense(8, ZERO))
    assert failed(Dense(8), RELU, Residual(branch), RELU, Dense(3, ZERO), update=SGD(0.1)) == {}
    _, linear = checked(Dense(3, ZERO))
    assert set(linear) == {"examples apart", "loss is a mean", "steps go down", "parameters move"}
    assert all(result.passed for result in linear.values())


def test_a_signal_that_is_lost_on_the_way_is_found():
    found = checked(*stack(5, TANH, 9, SmallUniform(0.05)), Dense(3))[1]["initial scale"]
    # Five weights of variance 0.05^2 / 3 each: a layer leaves sqrt(5 / 1200) = 0.065 of a signal, eight 3e-10.
    assert (found.passed, found.severity, found.where) == (False, "error", "dense_9")
    assert 1e-13 < found.measured < 1e-8
    assert re.fullmatch(
        r"The standard deviation of outputs falls from 0\.\d+ in 'dense_1' to \S+ in 'dense_9'; 'dense_\d/w' has "
        r"0\.00\d+ times the mean square that suits it\.",
        found.text,
    )
    assert "he_normal before relu" in found.advice


def test_a_signal_that_explodes_is_found():
    found = checked(*stack(64, RELU, 3, faulty.TenTimesHe()), Dense(3))[1]["initial scale"]
    assert (found.passed, found.severity, found.where) == (False, "warning", "dense_3")
    assert 30 < found.measured < 300 and "grows from" in found.text and "has 1e+02 times" in found.text


@pytest.mark.parametrize(
    ("layers", "units", "where"),
    [((Dense(32, bias=-9.0), RELU), 32, "activation_1"), ((Dense(9), RELU, Dense(7, faulty.Negative()), RELU), 7,
                                                          "activation_2")],
    ids=["bias", "weights"],
)  # fmt: skip
def test_a_layer_that_is_dead_on_arrival_is_found(layers, units, where):
    found = checked(*layers, Dense(3))[1]["units alive"]
    assert (found.passed, found.severity, found.where, found.measured) == (False, "error", where, 1.0)
    assert found.text == f"{units} of {units} units of '{where}' are active on none of 96 training rows."


def test_a_layer_that_mixes_examples_is_named():
    layers = (Dense(8), CustomLayer(faulty.reshaped_across), RELU, Dense(3))
    found = checked(*layers)[1]["examples apart"]
    assert (found.passed, found.severity, found.where) == (False, "error", "custom_layer_1")
    assert re.fullmatch(
        r"What 'custom_layer_1' puts out for an example changes by \S+ of its largest output with the other examples "
        r"of the batch\.",
        found.text,
    )
    assert "along it: a mean or a softmax over axis 0" in found.advice


def test_a_layer_that_mixes_examples_is_named_inside_a_block_beside_a_batch_norm():
    mixing = Residual((Dense(8), BatchNorm(), CustomLayer(faulty.centred_in_training), RELU))
    found = checked(Dense(8), RELU, mixing, Dense(3))[1]["examples apart"]
    assert (found.passed, found.severity) == (False, "warning") and ", in training." in found.text
    assert found.where == "residual_1/branch/custom_layer_1"
    always = checked(Dense(8), CustomLayer(faulty.centred_over_the_batch), Dense(3))[1]["examples apart"]
    assert always.severity == "error"


@pytest.mark.parametrize(
    ("function", "severity", "text"),
    [
        (faulty.summed, "warning", "In a batch twice as large each row's loss is 2 times as high."),
        (faulty.turned_round, "error", "A row's loss changes by "),
        (faulty.mean_for_all, "error", "A row's loss changes by "),
    ],
)
def test_a_loss_that_is_no_mean_of_the_examples_own_is_found(function, severity, text):
    found = checked(Dense(3), loss=CustomLoss(function, "softmax"))[1]["loss is a mean"]
    assert (found.passed, found.severity, found.where) == (False, severity, "loss")
    assert found.text.startswith(text) and "(n,) against (n, 1)" in found.advice


def test_a_loss_that_is_broadcast_is_found():
    found = checked(Dense(1), y=X[:, :1], loss=CustomLoss(faulty.broadcast))[1]["loss is a mean"]
    assert (found.passed, found.severity) == (False, "error")


def test_one_loss_for_all_examples_is_refused():
    with pytest.raises(InputError, match=r"'one_for_all' of CustomLoss must return one float an example"):
        checked(Dense(3), loss=CustomLoss(faulty.one_for_all, "softmax"))


def test_the_sum_is_a_choice_and_noted():
    found = checked(Dense(3), reduction="sum")[1]["loss is a mean"]
    assert (found.passed, found.severity) == (False, "note")
    assert found.text == "The losses of a batch are summed, so that a batch twice as large takes steps twice as long."
    assert "a rate of 1/n" in found.advice


def test_a_rule_that_climbs_is_found():
    found = checked(Dense(8), TANH, Dense(3), update=CustomUpdateRule(faulty.uphill, 0.1))[1]["steps go down"]
    assert (found.passed, found.severity, found.measured) == (False, "error", pytest.approx(1.0))
    assert re.fullmatch(
        r"The first step moves '\S+' up the gradient, at a cosine of 1 to it; 3 other tensors likewise\.", found.text
    )


@pytest.mark.parametrize("rule", [faulty.decayed, faulty.noisy])
def test_decay_and_noise_are_no_climbing(rule):
    assert failed(Dense(8), TANH, Dense(3), update=CustomUpdateRule(rule, 0.1)) == {}


def test_a_rule_that_stands_still_is_found():
    found = failed(Dense(8), TANH, Dense(3), update=CustomUpdateRule(faulty.still, 0.1))
    assert found == {"parameters move": ("error", "dense_1/b")}


def test_tensors_without_a_gradient_are_named():
    found = checked(Dense(8), TANH, CustomLayer(faulty.cut), Dense(3))[1]["parameters move"]
    assert (found.passed, found.severity) == (False, "warning")
    assert found.text == "'dense_1/b', 'dense_1/w' get no gradient, in 4 steps, of 4 tensors."
    assert "lax.stop_gradient" in found.advice


def test_frozen_layers_are_no_fault():
    _, results = checked(Dense(8), TANH, Dense(3), rates=LayerRates((LayerRate("dense_1", 0.0),)))
    assert results["parameters move"].text == "2 tensors move in the first steps, beside 2 frozen ones."
    assert all(result.passed for result in results.values())


def test_inputs_that_nothing_reads_are_found():
    assert failed(CustomLayer(faulty.first_two), Dense(8), TANH, Dense(3)) == {"unread": (2, 3)}


def test_sound_weights_of_every_kind_pass():
    mixed = (Dense(48, Orthogonal()), TANH, Dense(12, Orthogonal()), TANH, Dense(96, Sparse()), RELU)
    deep = stack(5, TANH, 12, GlorotUniform())  # narrow, so that the signal changes its size by chance
    normed = (Dense(24, SmallNormal()), BatchNorm(), RELU, Dense(24, SmallNormal()), BatchNorm(), RELU, Dropout(0.6))
    plain = (*stack(32, RELU, 4, HeUniform()), *stack(32, Activation(SELU()), 4, LecunNormal()))
    for layers in (mixed, deep, normed, plain, stack(30, Activation(Sigmoid()), 3, GlorotUniform())):
        assert failed(*layers, Dense(3)) == {}, layers
    assert failed(*stack(16, RELU, 3, SmallNormal()), Dense(3), start=LSUV()) == {}


def test_sound_networks_of_images_and_sequences_pass():
    random = np.random.default_rng(0)
    images, y = random.normal(size=(60, 8, 8, 2)), np.arange(60) % 3
    block = Residual((Convolution(6, padding="same", shift=False), BatchNorm(), RELU))
    layers = (Convolution(6), RELU, MaxPooling(), block, GlobalAveragePooling(), Dense(3))
    assert failed(*layers, x=images, y=y, standardize=False) == {}
    assert failed(GRU(5), Dense(3), x=random.normal(size=(60, 4, 3)), y=y, standardize=False) == {}


def test_what_is_too_large_or_too_little_is_not_judged(monkeypatch):
    prepared, member = begun(Dense(8), RELU, Dense(3))
    monkeypatch.setattr(module, "FRESH_WORK", 1e4)
    (large,) = check_fresh(member, prepared, seed=0).layers
    assert not large.judged and large.text == (
        "The network takes long to go through, so its layers and first steps are not judged."
    )
    few = prepared._replace(split=prepared.split._replace(train=prepared.split.train[:7]))
    (little,) = check_fresh(member, few, seed=0).layers
    assert not little.judged
    assert little.text == "7 training rows: too few to judge the layers and first steps by; 8 are needed."


def test_narrow_layers_may_have_dead_units_by_chance():
    def judged(dead, units):
        facts = {"a": LayerFacts(1.0, units, dead), "b": LayerFacts(1.0, 8, 0)}
        found = units_alive(facts, ("a", "b"), rows=96)
        return found.passed, found.severity, found.text

    few = "3 of 5 units of 'a' are active on none of 96 training rows."
    assert judged(3, 5) == (True, "warning", f"At most {few}")
    assert judged(5, 8) == (False, "warning", "5 of 8 units of 'a' are active on none of 96 training rows.")
    assert judged(1, 1)[:2] == (False, "error")
    assert judged(0, 5)[2] == "Every unit of 2 rectified layers is active on some of 96 training rows."
    assert units_alive({}, (), rows=96) is None


def test_a_scale_is_off_where_outputs_and_weights_agree_on_it():
    def judged(*points, inputs=1.0):
        found = initial_scale(tuple(ScalePoint(f"d{k}", *point) for k, point in enumerate(points, 1)), inputs=inputs)
        return found.passed, found.severity, found.where

    sound, small, large = {"w": 1.0}, {"w": 0.01}, {"w": 20.0}
    assert judged((1.0, sound), (0.05, sound), (0.04, sound))[0]  # narrow, by chance
    assert judged((1.0, small), (0.5, sound), (0.2, sound))[0]  # the first layer may make its inputs smaller
    assert judged((1.0, sound), (0.05, small), (0.04, sound)) == (False, "warning", "d3")
    assert judged((1.0, sound), (0.05, large), (0.04, sound))[0]  # not in the same sense
    assert judged((30.0, large)) == (False, "warning", "d1")
    assert judged((30.0, large), inputs=4.0)[0] and judged((30.0, sound))[0]  # unscaled inputs are another check's
    assert judged((1.0, sound), (1e-5, sound)) == (False, "error", "d2")
    assert judged((1.0, sound), (float("nan"), sound)) == (False, "error", "d2")
    assert judged((1.0, sound), (0.0, small)) == (False, "error", "d2")
    assert initial_scale((), inputs=1.0) is None


def test_a_row_is_judged_unless_its_loss_tells_nothing():
    assert not loss_of_examples(LossFacts(0.0, 1.0, 0.0), reduction="mean", rows=9).judged
    text = loss_of_examples(LossFacts(float("nan"), 1.0, 0.0), reduction="mean", rows=9).text
    assert text == "The mean loss of 9 rows is nan, so it is not judged what it hangs on."


def test_a_decay_is_no_way_up():
    # By hand: w = (1, 0), g = (-1, 0.1), and a step of -0.1 (g + 3 w) = (-0.2, -0.01). Along the whole of g it goes up,
    # 0.2 - 0.001; along what of g lies beside w, (0, 0.1), it goes straight down.
    w, g = np.array([1.0, 0.0]), np.array([-1.0, 0.1])
    step = _measured("dense_1/b", w, g, w - 0.1 * (g + 3 * w))
    assert step.ascent == pytest.approx(-0.01 / np.hypot(0.2, 0.01))


@pytest.mark.parametrize(("size", "passed"), [(100, True), (10_000, False)])
def test_an_angle_that_chance_explains_is_no_rise(size, passed):
    # Cosines of random directions in d dimensions have standard deviation 1 / sqrt(d): 0.1 of 100 numbers, so that 0.3
    # is three of them, and 0.01 of 10,000.
    step = TensorStep(1.0, 1.0, 0.3, np.zeros(0, bool))
    assert steps_descend({"dense_1/w": (step,)}, {"dense_1/w": size}).passed == passed


def test_tensors_without_a_gradient_and_without_a_step_are_told_apart():
    still, idle, fine = (TensorStep(g, c, 0.0, np.zeros(0, bool)) for g, c in ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))
    found = parameters_move({"a/w": (still,), "b/w": (idle,), "c/w": (fine,)}, frozen=())
    assert found.text == "'a/w' gets no gradient; 'b/w' gets no step, in 4 steps, of 3 tensors."


def test_a_step_far_too_long_is_taken_without_noise():
    w = np.array([1e30, 1.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _measured("dense_1/b", w, w * 1e200, np.array([np.inf, np.nan]))
