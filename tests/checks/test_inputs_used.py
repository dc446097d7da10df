"""Whether inputs are used, and whether they help: judged from numbers, and found through the whole list of checks."""

import pytest
from sklearn.datasets import load_iris

from tests.checks import faulty
from tests.checks.prepared import experiment_for, source_of
from thalweg.activations.softmax import Softmax
from thalweg.activations.tanh import Tanh
from thalweg.checks.inputs_used import InputsTried, inputs_used
from thalweg.checks.overfit_tiny import Fitted
from thalweg.checks.structure import structure
from thalweg.checks.suite import run_checks
from thalweg.data.split import split_source
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.custom_layer import CustomLayer
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.sequential import Sequential
from thalweg.train.prepare import prepare

NAMES = ("age", "fare", "class")


def fitted(loss, *, finished=True):
    return Fitted(loss=loss, accuracy=0.5, steps=800, finished=finished, parameters=1000)


@pytest.mark.parametrize(
    ("unread", "real", "blind", "small", "expected"),
    [
        ((), 0.01, None, False, (True, "note", "Every input that varies changes the outputs.", "")),
        ((1,), 0.01, None, False, (False, "warning", "1 of 3 inputs changes no output: fare.", "fare")),
        ((0, 2), 0.01, None, False, (False, "warning", "2 of 3 inputs change no output: age, class.", "age")),
        ((0, 1, 2), 1.0, 1.0, False, (False, "error", "No input changes the outputs. On a few examples 100.0% of the "
                                      "loss is left that stays with all inputs 0.", "")),
        ((), 0.96, 1.0, False, (False, "error", "Every input that varies changes the outputs. On a few examples 96.0% "
                                "of the loss is left that stays with all inputs 0.", "")),
        ((), 0.96, 1.0, True, (False, "note", None, "")),  # too few parameters to learn with
        ((), 0.94, 1.0, False, (True, "note", None, "")),
    ],
)  # fmt: skip
def test_inputs_must_change_the_outputs_and_lower_the_loss(unread, real, blind, small, expected):
    without = None if blind is None else fitted(blind)
    found = inputs_used(InputsTried(unread, 3, 3), names=NAMES, real=fitted(real), blind=without, small=small)
    passed, severity, text, where = expected
    assert (found.passed, found.severity, found.where) == (passed, severity, where)
    assert text is None or found.text == text
    assert found.measured == (0.0 if blind is None else real / blind)


def test_of_very_many_inputs_only_those_tried_are_counted():
    known = {"names": NAMES, "real": fitted(0.01), "blind": None, "small": False}
    assert inputs_used(InputsTried((), 1, 3), **known).text == "Each of 1 inputs that were tried changes the outputs."
    assert inputs_used(InputsTried((0, 2), 2, 3), **known).text == "No input changes the outputs."
    one = inputs_used(InputsTried((2,), 2, 3), **known).text
    assert one == "1 of 2 inputs that were tried changes no output: class."


@pytest.mark.parametrize("real", [fitted(0.99, finished=False), fitted(float("inf"))])
def test_what_had_no_time_or_no_loss_is_not_called_idle(real):
    assert inputs_used(InputsTried((), 3, 3), names=NAMES, real=real, blind=fitted(1.0), small=False).passed


def test_a_network_that_ignores_its_inputs_is_told_before_what_follows():
    x, y = load_iris(return_X_y=True)
    source = source_of(x, y)
    split, _ = split_source(source)
    network = Sequential((CustomLayer(faulty.times_zero), Dense(8), Activation(Tanh()), Dense(3)))
    results = run_checks(prepare(source, split, experiment_for(source, network=network)), source, seed=0)
    assert [(r.name, r.severity) for r in results if not r.passed] == [
        ("parameters move", "warning"), ("inputs used", "error"), ("overfits a tiny set", "error")
    ]  # fmt: skip
    assert {r.name: r for r in results}["inputs used"].text.startswith("No input changes the outputs. On a few")


def test_structure_is_judged_by_the_gravest_choice():
    harmless = structure(
        Sequential((Dense(4), BatchNorm(), Dropout(0.6), Activation(Tanh()), Dense(3))), SoftmaxCrossEntropy()
    )
    assert (harmless.passed, harmless.severity, harmless.measured, harmless.where) == (False, "note", 2.0, "dense_1")
    assert harmless.text.startswith("dense_1's bias is of no use") and "dropout_1 drops 60% of what" in harmless.text
    odd = Sequential((Dense(4), BatchNorm(), Activation(Softmax()), Dense(4), Dense(4), Dense(3)))
    found = structure(odd, SoftmaxCrossEntropy())
    assert (found.severity, found.measured, found.where) == ("warning", 4.0, "dense_2")
    assert found.text.startswith("dense_2 and dense_3 have no nonlinearity") and "dense_1's bias" not in found.text
    assert found.text.endswith(" And 1 more of this kind.")
    sound = structure(Sequential((Dense(4), Activation(Tanh()), Dropout(0.5), Dense(3))), SoftmaxCrossEntropy())
    assert (sound.passed, sound.text) == (True, "Nothing in the order of the layers is odd.")
