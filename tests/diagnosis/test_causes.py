"""What comes into question as a cause: each from its own sign, and the experiment without it."""

import jax.numpy as jnp
import numpy as np
import pytest

from tests.diagnosis.curves import EXPERIMENT, case, falling, history
from thalweg.activations.custom_activation import CustomActivation
from thalweg.activations.linear import Linear
from thalweg.activations.relu import ReLU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.softmax import Softmax
from thalweg.activations.tanh import Tanh
from thalweg.augmentations.horizontal_flip import HorizontalFlip
from thalweg.checks.result import CheckResult, Curve
from thalweg.classic.baseline import Baseline
from thalweg.clips.clip_norm import ClipNorm
from thalweg.clips.clip_value import ClipValue
from thalweg.diagnosis.by_rules import by_rules
from thalweg.diagnosis.change import LIKELY, POSSIBLE, SURE, UNLIKELY
from thalweg.diagnosis.suspects import is_suspicious, suspects
from thalweg.experiment import Training
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.small_normal import SmallNormal
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.layers.flatten import Flatten
from thalweg.layers.gaussian_noise import GaussianNoise
from thalweg.layers.reshape import Reshape
from thalweg.losses.custom_loss import CustomLoss
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.losses.regression_by_classification import RegressionByClassification
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.mixings.mixup import Mixup
from thalweg.network.named import Named
from thalweg.network.presets.dense import dense_network
from thalweg.network.sequential import Sequential
from thalweg.penalties.l1 import L1
from thalweg.penalties.l2 import L2
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.preprocess.arrays import NoPreprocessing, Standardize
from thalweg.preprocess.table import TableEncoding
from thalweg.projections.max_norm import MaxNorm
from thalweg.projections.no_projection import NoProjection
from thalweg.rates.layer_rate import LayerRate
from thalweg.rates.layer_rates import LayerRates
from thalweg.rates.same_rates import SameRates
from thalweg.schedules.constant import Constant
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.exponential import Exponential
from thalweg.spec import replaced
from thalweg.starts.as_drawn import AsDrawn
from thalweg.starts.lsuv import LSUV
from thalweg.updates.adagrad import Adagrad
from thalweg.updates.adam import Adam
from thalweg.updates.lbfgs import LBFGS
from thalweg.updates.momentum import Momentum
from thalweg.updates.sgd import SGD


def cube(x):
    return x**3


def squares(outputs, targets):
    return jnp.sum(jnp.square(outputs), axis=1) + 0.0 * targets


def deep(function, layers=5, units=20):
    return Sequential((*[layer for _ in range(layers) for layer in (Dense(units), Activation(function))], Dense(10)))


def plain(*layers):
    return Sequential((*layers, Dense(10)))


def failed(name, severity="warning", **more):
    return CheckResult(name, 1.0, 0.0, 0.0, "", False, severity, "It was seen.", "Mend it.", **more)


def found(cause, *, made=None, ending="all epochs were trained", checks=(), **parts):
    experiment = replaced(EXPERIMENT, **parts)
    made = history(falling()) if made is None else made
    return [c for c in suspects(case(made, experiment=experiment, ending=ending, checks=checks)) if c.cause == cause]


def without(**parts):
    return lambda experiment: all(getattr(experiment, name) == value for name, value in parts.items())


# A batch of 128 leaves the ten steps an epoch that the curves have.
USUAL = {"rate_too_low", "rate_too_high", "too_few_epochs", "penalty_too_strong", "batch_too_large"}
CASES = {
    "sum": ("sum_reduction", {"reduction": "sum"}, SURE, without(reduction="mean")),
    "frozen": ("frozen_layers", {"rates": LayerRates((LayerRate(0, 0.0),))}, LIKELY, without(rates=SameRates())),
    "weights by no rule": (
        "initial_weights",
        {"network": plain(Dense(64, SmallNormal()))},
        POSSIBLE,
        without(network=plain(Dense(64))),
    ),
    "weights by another rule": (
        "initial_weights",
        {"network": plain(Dense(64, HeNormal()))},
        UNLIKELY,
        without(network=plain(Dense(64))),
    ),
    "a start": ("initial_weights", {"start": LSUV()}, POSSIBLE, without(start=AsDrawn())),
    "a bias": ("initial_weights", {"network": plain(Dense(64, bias=-5.0))}, POSSIBLE, None),
    "an activation at the end": (
        "last_activation",
        {"network": Sequential((Dense(64), Activation(ReLU()), Dense(10), Activation(Sigmoid())))},
        LIKELY,
        without(network=plain(Dense(64), Activation(ReLU()))),
    ),
    "a margin": ("loss", {"loss": MulticlassHinge()}, UNLIKELY, without(loss=SoftmaxCrossEntropy())),
    "smoothed": ("loss", {"loss": SoftmaxCrossEntropy(label_smoothing=0.5)}, UNLIKELY, None),
    "a loss of one's own": ("own_part", {"loss": CustomLoss(squares, head="softmax")}, LIKELY, None),
    "two matrices": (
        "no_nonlinearity",
        {"network": plain(Dense(64))},
        LIKELY,
        without(network=plain(Dense(64), Activation(ReLU()))),
    ),
    "a line for a bend": (
        "no_nonlinearity",
        {"network": plain(Dense(64), Activation(Linear()))},
        LIKELY,
        without(network=plain(Dense(64), Activation(ReLU()))),
    ),
    "deep sigmoids": ("activation", {"network": deep(Sigmoid())}, LIKELY, without(network=deep(ReLU()))),
    "one sigmoid": ("activation", {"network": deep(Sigmoid(), 1)}, POSSIBLE, None),
    "a tanh": ("activation", {"network": deep(Tanh(), 2)}, UNLIKELY, None),
    "softmax inside": ("activation", {"network": deep(Softmax(), 1)}, SURE, None),
    "a function of one's own": ("activation", {"network": deep(CustomActivation(cube), 1)}, LIKELY, None),
    "depth": ("depth", {"network": deep(ReLU(), 6)}, POSSIBLE, None),
    "fading rate": ("schedule", {"schedule": Exponential(1e-9)}, SURE, without(schedule=Constant())),
    "cosine": ("schedule", {"schedule": Cosine()}, UNLIKELY, None),
    "fading rule": ("update_rule", {"update": Adagrad(0.01)}, LIKELY, without(update=Adam())),
    "plain steps": ("update_rule", {"update": SGD(0.1)}, POSSIBLE, None),
    "heavy momentum": ("update_rule", {"update": Momentum(0.1, 0.999)}, LIKELY, None),
    "heavy penalty": ("penalty_too_strong", {"penalty": L2(0.5)}, LIKELY, without(penalty=NoPenalty())),
    "light penalty": ("penalty_too_strong", {"penalty": L2(1e-4)}, UNLIKELY, None),
    "dropout": ("dropout_too_strong", {"network": dense_network(10, drop=0.9)}, LIKELY, None),
    "some dropout": ("dropout_too_strong", {"network": dense_network(10, drop=0.2)}, UNLIKELY, None),
    "changed images": ("augmentation_too_strong", {"augment": (HorizontalFlip(),)}, POSSIBLE, without(augment=())),
    "mixed": ("mixing_too_strong", {"mix": Mixup()}, POSSIBLE, None),
    "tight clip": ("clip_too_tight", {"clip": ClipNorm(1e-3)}, LIKELY, None),
    "usual clip": ("clip_too_tight", {"clip": ClipNorm(1.0)}, UNLIKELY, None),
    "tight weights": ("projection_too_tight", {"projection": MaxNorm(0.01)}, LIKELY, None),
    "tiny batch": ("batch_too_small", {"training": Training(batch=1)}, LIKELY, None),
    "few steps": ("batch_too_large", {"training": Training(batch=4096)}, POSSIBLE, None),
    "narrow": ("network_too_small", {"network": dense_network(10, hidden=(2, 64))}, LIKELY, None),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_not_usual_comes_into_question(name):
    cause, parts, weight, holds = CASES[name]
    change = found(cause, **parts)[0]
    assert change.weight == weight
    assert holds is None or holds(change.experiment)
    assert change.before == replaced(EXPERIMENT, **parts)
    assert found(cause) == [] or cause in USUAL


def test_of_a_usual_experiment_only_its_numbers_come_into_question():
    assert {change.cause for change in suspects(case(history(falling())))} == USUAL


def test_narrow_layers_are_widened_and_wide_ones_left():
    (change,) = found("network_too_small", network=dense_network(10, hidden=(2, 100)))
    assert change.experiment.network == dense_network(10, hidden=(64, 100))


def test_a_deep_network_is_tried_with_normalisation_and_with_fewer_layers():
    normalised, shallow = found("depth", network=deep(ReLU(), 6))
    assert sum(isinstance(layer, BatchNorm) for layer in normalised.experiment.network.layers) == 6
    assert shallow.experiment.network == deep(ReLU(), 2)
    once = normalised.experiment.network
    assert found("depth", network=once) == []


def test_a_deep_network_of_other_layers_is_tried_with_normalisation_alone():
    blocks = [layer for _ in range(5) for layer in (Convolution(8, padding="same"), Activation(ReLU()))]
    (change,) = found("depth", network=Sequential((Reshape((8, 8, 1)), *blocks, Flatten(), Dense(10))))
    assert change.text == "batch normalisation before each activation"


def test_the_last_layer_with_units_gives_the_outputs_and_is_not_widened():
    network = Sequential((Dense(64), Activation(ReLU()), Dense(10), Activation(Sigmoid())))
    assert found("network_too_small", network=network) == []
    (change,) = found("network_too_small", network=replaced(network, layers=(Dense(3), *network.layers[1:])))
    assert change.experiment.network.layers[2] == Dense(10)


def test_every_number_of_a_rule_is_named_and_no_other():
    (change,) = found("update_rule", update=LBFGS(memory=20))
    assert change.said == "lbfgs's memory of 20 does not suit"
    assert change.experiment.update == LBFGS()


def test_dropout_and_noise_are_told_apart():
    both = plain(Dense(64), Activation(ReLU()), Dropout(0.1), GaussianNoise(2.0))
    (change,) = found("dropout_too_strong", network=both)
    assert change.said == "with a dropout of 0.1 and a noise of 2 too little reaches the layers behind"
    (change,) = found("dropout_too_strong", network=dense_network(10, drop=0.9))
    assert change.remedy == "Leave dropout out, then try half as much."


def test_unscaled_inputs_are_standardised_behind_what_is_done_already():
    check = failed("scaled inputs")
    (change,) = found("unscaled_inputs", checks=(check,))
    assert (change.weight, change.experiment.preprocess) == (SURE, Standardize())
    (change,) = found("unscaled_inputs", checks=(check,), preprocess=(Standardize(),))
    assert change.experiment.preprocess == (Standardize(), Standardize())


def test_targets_out_of_reach_make_the_last_activation_the_cause():
    network = Sequential((Dense(64), Activation(ReLU()), Dense(1), Activation(ReLU())))
    (change,) = found("last_activation", network=network, checks=(failed("targets within reach"),))
    assert (change.weight, len(change.experiment.network.layers)) == (SURE, 3)
    assert is_suspicious(case(history(falling()), checks=(failed("targets within reach"),)), (), ())
    (change,) = found("last_activation", network=network)
    assert change.weight == LIKELY
    (change,) = found(
        "last_activation", network=network, checks=(failed("targets within reach")._replace(passed=True),)
    )
    assert change.weight == UNLIKELY


def test_the_rate_that_the_check_suggests_comes_first():
    curve = Curve((0.01,), ((1.0,),), 1e-4, 1e-3, 0.01)
    check = failed("learning rate", curve=curve)._replace(measured=4e-4)
    changes = found("rate_too_high", checks=(check,))
    assert [change.experiment.update.rate for change in changes] == [4e-4, 1e-3, 1e-4]
    assert [change.weight for change in changes] == [SURE, SURE, SURE]
    assert [change.weight for change in found("rate_too_low", checks=(check,))] == [UNLIKELY, UNLIKELY]


def test_without_that_check_updates_tell():
    large, small = (history(falling(), ratios=(ratio,)) for ratio in (0.05, 1e-6))
    assert found("rate_too_high", made=large)[0].weight == LIKELY
    assert found("rate_too_low", made=small)[0].weight == LIKELY
    assert found("rate_too_low", made=large)[0].weight == POSSIBLE


def test_an_absurd_rate_is_tried_once_at_the_default():
    changes = found("rate_too_high", update=Adam(50.0))
    assert [change.experiment.update.rate for change in changes] == [0.001]


def test_a_rule_that_finds_its_own_steps_has_no_rate_to_try():
    assert found("rate_too_low", update=LBFGS()) == found("rate_too_high", update=LBFGS()) == []


def test_the_length_is_what_ended_the_run():
    (change,) = found("too_few_epochs")
    assert change.experiment.training.epochs == 160
    impatient = {"training": Training(patience=2), "ending": "no better validation score for 2 epochs"}
    (change,) = found("patience_too_short", **impatient)
    assert (change.weight, change.experiment.training.patience) == (LIKELY, 20)
    (change,) = found("too_little_time", ending="the time budget of 3 s is spent")
    assert change.experiment is None
    assert found("too_few_epochs", ending="no better validation score for 2 epochs") == []


def test_a_penalty_above_the_loss_is_sure():
    heavy = history(falling())
    last = heavy.evaluations[-1]._replace(penalty=np.array([3.0]))
    heavy = heavy._replace(evaluations=(*heavy.evaluations[:-1], last))
    assert found("penalty_too_strong", made=heavy, penalty=L2(0.5))[0].weight == SURE
    assert found("penalty_too_strong", made=heavy, penalty=L2(1e-4))[0].weight == LIKELY


@pytest.mark.parametrize(
    ("check", "cause"),
    [
        ("finite inputs", "bad_data"),
        ("rows differ", "bad_data"),
        ("constant columns", "bad_data"),
        ("class balance", "class_imbalance"),
        ("labels related to inputs", "labels_unrelated"),
        ("gradient", "own_part"),
        ("examples apart", "own_part"),
    ],
)
def test_what_settings_cannot_mend_is_named_by_its_check(check, cause):
    (change,) = found(cause, checks=(failed(check),))
    assert change.experiment is None
    assert change.said == "it was seen" or cause == "labels_unrelated"


def test_classes_that_count_the_same_are_no_cause():
    seen = case(history(falling()), checks=(failed("class balance"),), class_weight="balanced")
    assert "class_imbalance" not in {change.cause for change in suspects(seen)}


def test_a_function_of_ones_own_is_at_fault_where_its_derivative_is():
    network = deep(CustomActivation(cube), 1)
    broken, relu = found("own_part", network=network, checks=(failed("gradient", "error"),))
    assert (broken.experiment, relu.experiment.network) == (None, deep(ReLU(), 1))
    endless = failed("gradient", "error")._replace(measured=float("nan"))
    assert found("own_part", network=network, checks=(endless,)) == []


def test_a_gradient_that_is_no_number_is_no_wrong_part():
    endless = failed("gradient", "error")._replace(measured=float("nan"))
    assert found("own_part", checks=(endless,)) == []
    assert by_rules(case(history(falling()), checks=(endless,)))[0].symptom == "healthy"
    assert by_rules(case(history(falling()), checks=(failed("gradient", "error"),)))[0].symptom == "wrong_gradient"
    assert by_rules(case(history(falling()), checks=(failed("examples apart"),)))[0].symptom == "mixed_examples"


def test_units_that_stay_copies_are_told_whatever_the_curves():
    alike = case(history(falling()), checks=(failed("units differ", "error"),))
    assert by_rules(alike)[0].symptom == "alike_units"
    some = case(history(falling()), checks=(failed("units differ", "warning"),))
    assert by_rules(some)[0].symptom == "healthy"


def test_rows_learned_by_heart_and_no_others_are_told():
    blind = tuple(Baseline(name, 0.1, 1000, 0.0) for name in ("majority class", "linear"))
    learned = np.linspace(0.1, 1.0, 21)
    made = history(falling(), np.full(21, 2.5), score=np.full(21, 0.1), training_score=learned)
    assert ("nothing_generalises", "warning") in [
        (f.symptom, f.severity) for f in by_rules(case(made, baselines=blind))
    ]
    assert suspects(case(made, baselines=blind))[0].cause == "labels_unrelated"
    telling = (*blind, Baseline("k nearest neighbours", 0.5, 1000, 0.0))
    assert "nothing_generalises" not in [f.symptom for f in by_rules(case(made, baselines=telling))]
    few = case(made, baselines=blind, rows=50)
    assert "nothing_generalises" not in [f.symptom for f in by_rules(few)]


@pytest.mark.parametrize(
    ("parts", "checks", "score", "suspicious"),
    [
        ({}, (), 0.95, False),
        ({}, (), 0.85, False),
        ({"penalty": L2(0.5)}, (), 0.95, True),  # likely to harm, though the network is better than any simple model
        ({"penalty": L2(1e-4)}, (), 0.95, False),
        ({"penalty": L2(0.5)}, (), 0.995, False),  # hardly anything is left to gain
        ({"penalty": L2(0.5)}, (), 0.895, True),
        ({"reduction": "sum"}, (), 0.95, True),
        ({}, (failed("units differ"),), 0.95, True),
        ({}, (failed("constant columns", "note"),), 0.95, False),
    ],
)
def test_trying_takes_a_reason(parts, checks, score, suspicious):
    made = history(falling(), score=np.full(21, score), training_score=np.full(21, 0.99))
    rival = (Baseline("linear", 0.89, 1000, 0.0),) if score > 0.85 else ()
    seen = case(made, experiment=replaced(EXPERIMENT, **parts), checks=checks, baselines=rival)
    assert is_suspicious(seen, by_rules(seen), suspects(seen)) is suspicious


def test_a_class_that_is_missed_is_told_where_the_score_can_tell():
    blind = (Baseline("majority class", 0.25, 1000, 0.0),)
    check = failed("class balance", "note")
    missed = history(falling(), score=np.full(21, 0.76))  # three classes of four, and a little of the fourth
    seen = {"metric": "balanced_accuracy", "baselines": blind, "checks": (check,)}
    (finding,) = (f for f in by_rules(case(missed, **seen)) if f.symptom == "rare_class_missed")
    assert (finding.severity, finding.setting) == ("warning", "--class-weight balanced")
    assert "as where one class of 4 is missed" in finding.evidence
    (weighed,) = (f for f in by_rules(case(missed, class_weight="balanced", **seen)) if f.symptom == finding.symptom)
    assert (weighed.severity, weighed.setting) == ("note", "") and "more rows" in weighed.remedy
    met = history(falling(), score=np.full(21, 0.81))
    for others in ({"made": met}, {"checks": ()}, {"metric": "accuracy"}):
        given = seen | others
        found = by_rules(case(given.pop("made", missed), **given))
        assert "rare_class_missed" not in [f.symptom for f in found]


def test_overfitting_is_met_by_a_first_penalty_or_a_stronger_one():
    validation = np.concatenate([falling(11, end=0.5), np.linspace(0.6, 1.2, 20)])
    score = np.linspace(0.3, 0.8, 31)
    made = history(falling(31, end=0.01), validation, score=score, training_score=score + 0.15)
    (change,) = found("overfitting", made=made, penalty=L2(0.002))
    assert (change.text, change.experiment.penalty) == ("a penalty ten times as strong", L2(0.02))
    change, sparse = found("overfitting", made=made, penalty=NoPenalty())
    assert (change.text, change.experiment.penalty) == ("an l2 penalty of 0.001", L2(0.001))
    assert (sparse.text, sparse.experiment.penalty, sparse.weight) == ("an l1 penalty of 0.01", L1(0.01), POSSIBLE)


def test_a_hint_of_overfitting_counts_where_a_simple_model_is_as_good():
    apart = history(falling(), score=np.full(21, 0.8), training_score=np.full(21, 0.99))
    for score, weights in ((0.8, [LIKELY]), (0.6, [])):
        seen = case(apart, baselines=(Baseline("linear", score, 1000, 0.0),))
        assert [change.weight for change in suspects(seen) if change.cause == "overfitting"] == weights


def test_few_bins_are_made_more():
    coarse = Sequential((Dense(8), Activation(ReLU()), Dense(2)))
    (change,) = found("loss", network=coarse, loss=RegressionByClassification(2))
    assert (change.experiment.loss.bins, change.experiment.network.layers[-1].units, change.weight) == (20, 20, LIKELY)
    assert found("loss", network=coarse, loss=RegressionByClassification(8)) == []
    named = Sequential((Dense(8), Activation(ReLU()), Named("bins", Dense(2))))
    (change,) = found("loss", network=named, loss=RegressionByClassification(2))
    assert change.experiment.network.layers[-1] == Named("bins", Dense(20))


def test_an_even_mixture_is_likely_too_much():
    assert [found("mixing_too_strong", mix=Mixup(alpha))[0].weight for alpha in (0.2, 30.0)] == [POSSIBLE, LIKELY]


def test_a_limit_is_told_in_its_own_number():
    (clipped,) = found("clip_too_tight", clip=ClipValue(0.01))
    assert (clipped.said, clipped.weight) == ("gradients are clipped to 0.01", LIKELY)
    (kept,) = found("projection_too_tight", projection=MaxNorm(0.25))
    assert (kept.said, kept.experiment.projection) == ("weights are kept within 0.25", NoProjection())


def test_a_short_time_budget_is_no_reason_to_try_anything():
    short = history([2.3, 2.2, 2.1, 2.0])
    seen = case(short, ending="the time budget of 1 s is spent", baselines=(Baseline("linear", 0.9, 1000, 0.0),))
    assert "too_little_time" in [change.cause for change in suspects(seen) if change.weight >= LIKELY]
    assert not is_suspicious(seen, by_rules(seen), suspects(seen))


def test_unscaled_inputs_of_a_table_are_scaled_by_its_encoding():
    ending = "dense_1/w was no longer a finite number at step 3"
    seen = case(
        history([2.3, 2.2]),
        ending=ending,
        checks=(failed("scaled inputs"),),
        experiment=replaced(EXPERIMENT, preprocess=TableEncoding(numeric=NoPreprocessing())),
    )
    (finding,) = by_rules(seen)
    assert (finding.symptom, finding.setting) == ("unscaled_inputs", "--set preprocess.numeric=standardize")
