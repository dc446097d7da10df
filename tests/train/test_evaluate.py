"""Evaluation: sums against NumPy, predictions that do not depend on their company."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.metrics import top_k_accuracy_score

from tests.train.small import assert_same, at, experiment, members_of
from thalweg.activations.tanh import Tanh
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.keys import root
from thalweg.layers.activation import Activation
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.dense import Dense
from thalweg.layers.dropout import Dropout
from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.network.sequential import Sequential
from thalweg.platform import compiles
from thalweg.spec import traced
from thalweg.train import evaluate
from thalweg.train.evaluate import BATCH, among_first, assess, keep_best, part_of, predict, rows_together
from thalweg.train.population import population, start
from thalweg.train.state import learner_of

D, N = 5, 2 * BATCH + 77  # three evaluation steps, the last one padded


def rows_and_weights():
    random = np.random.default_rng(4)
    x = random.normal(size=(N, D)).astype(np.float32)
    return x, random.permutation(N)[: N - 40], random.uniform(0, 2, N).astype(np.float32)


def network(outputs):
    return Sequential((Dense(8), Activation(Tanh()), BatchNorm(), Dropout(0.5), Dense(outputs)))


def members(loss, outputs):
    spec = Experiment(network(outputs), loss)
    fresh = population([start(learner_of(spec), root(seed), (D,), 10) for seed in (0, 1)])
    # Far from the start, so that the two members differ much.
    params = jax.tree.map(lambda leaf: 20 * leaf, fresh.carry.params["dense_2"])
    return fresh._replace(carry=fresh.carry._replace(params={**fresh.carry.params, "dense_2": params}))


def outputs_of(many, i, x):
    """The network written out, in inference mode."""
    params, state = (jax.tree.map(np.float64, at(t, i)) for t in (many.carry.params, many.carry.state))
    hidden = np.tanh(x @ params["dense_1"]["w"] + params["dense_1"]["b"])
    norm, running = params["batch_norm_1"], state["batch_norm_1"]
    hidden = norm["gamma"] * (hidden - running["mean"]) / np.sqrt(running["variance"] + 1e-5) + norm["beta"]
    return hidden @ params["dense_2"]["w"] + params["dense_2"]["b"]


@pytest.mark.parametrize(("loss", "outputs"), [(SoftmaxCrossEntropy(), 9), (BinaryCrossEntropy(), 1)])
def test_the_sums_over_classes_are_numpys(loss, outputs):
    x, rows, weight = rows_and_weights()
    classes = max(outputs, 2)
    y = np.random.default_rng(5).integers(0, classes - 1, N).astype(np.int32)  # the last class is absent
    many = members(loss, outputs)
    (sums,) = assess(many, (part_of(jnp.asarray(x), jnp.asarray(y), jnp.asarray(weight), rows),))
    for i in range(2):
        scores = outputs_of(many, i, x[rows])
        scores = scores if outputs > 1 else np.concatenate([np.zeros((len(rows), 1)), scores], axis=1)
        log = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        losses, right = -log[np.arange(len(rows)), y[rows]], scores.argmax(axis=1) == y[rows]
        np.testing.assert_allclose(sums.weight[i], weight[rows].sum(), rtol=1e-5)
        np.testing.assert_allclose(sums.loss[i], (weight[rows] * losses).sum(), rtol=1e-4)
        np.testing.assert_allclose(sums.surprise[i], (weight[rows] * losses).sum(), rtol=1e-4)
        for k in range(classes):
            of = weight[rows] * (y[rows] == k)
            np.testing.assert_allclose(sums.totals[i, k], of.sum(), rtol=1e-5)
            np.testing.assert_allclose(sums.hits[i, k], (of * right).sum(), rtol=1e-5)
        assert sums.totals[i, -1] == 0
        np.testing.assert_allclose(sums.whole[i], (weight[rows] * right).sum(), rtol=1e-5)
        ranks = (scores > scores[np.arange(len(rows)), y[rows]][:, None]).sum(axis=1)
        np.testing.assert_allclose(sums.near[i], (weight[rows] * (ranks < 5)).sum(), rtol=1e-5)
    assert sums.hits[0].tolist() != sums.hits[1].tolist()


def test_the_sums_over_attributes_are_numpys():
    x, rows, weight = rows_and_weights()
    y = np.random.default_rng(6).integers(0, 2, (N, 3)).astype(np.int32)
    many = members(AttributeCrossEntropy(0.1), 3)
    (sums,) = assess(many, (part_of(jnp.asarray(x), jnp.asarray(y), jnp.asarray(weight), rows),))
    w, known = weight[rows], y[rows]
    for i in range(2):
        scores = outputs_of(many, i, x[rows])
        right = (scores > 0) == known
        for answer in (0, 1):
            of = w[:, None] * (known == answer)
            np.testing.assert_allclose(sums.totals[i, :, answer], of.sum(0), rtol=1e-5)
            np.testing.assert_allclose(sums.hits[i, :, answer], (of * right).sum(0), rtol=1e-4)
        np.testing.assert_allclose(sums.whole[i], (w * right.all(1)).sum(), rtol=1e-4)
        costs = np.log1p(np.exp(np.where(known, -scores, scores))).sum(1)  # not smoothed, as the loss is
        np.testing.assert_allclose(sums.surprise[i], (w * costs).sum(), rtol=1e-4)


def test_shares_of_each_class_are_scored_by_their_largest():
    x, rows, weight = rows_and_weights()
    y = np.random.default_rng(5).integers(0, 4, N).astype(np.int32)
    many = members(SoftmaxCrossEntropy(), 4)
    both = (jnp.asarray(y), 0.5 * jax.nn.one_hot(y, 4) + 0.125)
    hard, soft = (assess(many, (part_of(jnp.asarray(x), t, jnp.asarray(weight), rows),))[0] for t in both)
    assert_same((soft.hits, soft.totals), (hard.hits, hard.totals))
    assert (np.asarray(soft.surprise) != np.asarray(hard.surprise)).all()


def test_the_cross_entropy_of_a_smoothed_loss_is_that_of_the_probabilities():
    x, rows, weight = rows_and_weights()
    y = jnp.asarray(np.random.default_rng(5).integers(0, 4, N).astype(np.int32))
    part = part_of(jnp.asarray(x), y, jnp.asarray(weight), rows)
    plain, smoothed = (assess(members(SoftmaxCrossEntropy(s), 4), (part,))[0] for s in (0.0, 0.3))
    np.testing.assert_allclose(smoothed.surprise, plain.loss, rtol=1e-6)
    assert (np.asarray(smoothed.loss) != np.asarray(plain.loss)).all()


def test_there_is_no_cross_entropy_of_scores_or_amounts():
    x, rows, weight = rows_and_weights()
    x, weight = jnp.asarray(x), jnp.asarray(weight)
    for loss, outputs, y in ((MulticlassHinge(), 4, np.zeros(N, np.int32)), (SquaredError(), 1, x[:, :1])):
        (sums,) = assess(members(loss, outputs), (part_of(x, jnp.asarray(y), weight, rows),))
        assert np.isnan(sums.surprise).all() and np.isfinite(sums.loss).all()


def test_the_sums_over_amounts_are_numpys():
    x, rows, weight = rows_and_weights()
    y = np.random.default_rng(5).normal(size=(N, 2)).astype(np.float32)
    many = members(SquaredError(), 2)
    (sums,) = assess(many, (part_of(jnp.asarray(x), jnp.asarray(y), jnp.asarray(weight), rows),))
    for i in range(2):
        error, w = outputs_of(many, i, x[rows]) - y[rows], weight[rows][:, None]
        np.testing.assert_allclose(sums.hits[i], [(w * np.abs(error)).sum()], rtol=1e-4)
        np.testing.assert_allclose(sums.totals[i], [(w * error**2).sum()], rtol=1e-4)
        np.testing.assert_allclose(sums.loss[i], 0.5 * (w * error**2).sum(), rtol=1e-4)
        np.testing.assert_allclose(sums.weight[i], w.sum(), rtol=1e-5)


def test_members_may_have_rows_of_their_own():
    x, rows, weight = rows_and_weights()
    y = jnp.asarray(np.random.default_rng(5).integers(0, 4, N).astype(np.int32))
    many, given = members(SoftmaxCrossEntropy(), 4), (jnp.asarray(x), y, jnp.asarray(weight))
    own = [part_of(*given, some) for some in (rows[:9], rows[5:14])]
    stacked = own[0]._replace(**{name: jnp.stack([getattr(p, name) for p in own]) for name in ("order", "mask")})
    (sums,) = assess(many, (stacked,), which=np.array([1, 0]))
    for position, part in enumerate((own[1], own[0])):
        assert_same(at(sums, position), at(assess(many, (part,))[0], position))
    (some,) = assess(many, (stacked,), np.array([False, True]), np.array([1, 0]))
    assert not np.any(some.weight[0]) and some.loss[1] == sums.loss[1]


def test_several_parts_are_each_summed_by_themselves():
    x, rows, weight = rows_and_weights()
    y = np.zeros(N, np.int32)
    many = members(SoftmaxCrossEntropy(), 4)
    parts = [part_of(jnp.asarray(x), jnp.asarray(y), jnp.asarray(weight), r) for r in (rows[:3], rows)]
    both = assess(many, tuple(parts))
    assert_same(both, tuple(assess(many, (part,))[0] for part in parts))


def test_a_part_without_rows_is_refused():
    x, _, weight = rows_and_weights()
    with pytest.raises(InputError, match="there are no rows to make batches of"):
        part_of(jnp.asarray(x), jnp.asarray(weight), jnp.asarray(weight), np.array([], int))


# Predictions


def predictor(loss=SoftmaxCrossEntropy(), outputs=4):  # noqa: B008  # a frozen spec
    many = members(loss, outputs)
    return traced(Experiment(network(outputs), loss).objective()), *at((many.carry.params, many.carry.state), 0)


def test_predictions_are_probabilities_of_the_network_written_out():
    x, _, _ = rows_and_weights()
    scores = outputs_of(members(SoftmaxCrossEntropy(), 4), 0, x)
    wanted = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(predict(*predictor(), x), wanted, rtol=1e-4, atol=1e-6)


def test_a_row_is_predicted_alike_in_any_company():
    x, rows, _ = rows_and_weights()
    every = predict(*predictor(), x)
    np.testing.assert_array_equal(predict(*predictor(), x[rows]), every[rows])
    np.testing.assert_array_equal(predict(*predictor(), x[::-1]), every[::-1])
    np.testing.assert_array_equal(predict(*predictor(), x[:1]), every[:1])
    np.testing.assert_array_equal(predict(*predictor(), x[BATCH - 1 : BATCH + 2]), every[BATCH - 1 : BATCH + 2])
    wild = x.copy()
    wild[1:] = np.nan
    np.testing.assert_array_equal(predict(*predictor(), wild)[0], every[0])


def test_any_number_of_rows_shares_one_compile():
    x, _, _ = rows_and_weights()
    predict(*predictor(), x)
    before = compiles(evaluate._predict)
    for count in (1, 2, BATCH, BATCH + 1):
        predict(*predictor(), x[:count])
    assert compiles(evaluate._predict) == before


def test_no_rows_give_no_predictions():
    assert predict(*predictor(), np.zeros((0, D), np.float32)).shape == (0, 4)


def test_heads_turn_outputs_into_what_they_stand_for():
    x, _, _ = rows_and_weights()
    binary = predict(*predictor(BinaryCrossEntropy(), 1), x)
    score = outputs_of(members(BinaryCrossEntropy(), 1), 0, x)
    np.testing.assert_allclose(binary[:, 1:], 1 / (1 + np.exp(-score)), rtol=1e-4)
    amounts = predict(*predictor(SquaredError(), 2), x)
    np.testing.assert_allclose(amounts, outputs_of(members(SquaredError(), 2), 0, x), rtol=1e-3, atol=1e-4)


# Best weights


def test_better_members_keep_their_present_weights_and_others_their_best():
    many = members_of([experiment(), experiment(), experiment()], 10)
    moved = many._replace(carry=many.carry._replace(params=jax.tree.map(lambda w: w + 1, many.carry.params)))
    kept = keep_best(moved, np.array([True, False, True]))
    assert_same(kept.carry, moved.carry)
    for i, source in enumerate((moved.carry.params, many.carry.params, moved.carry.params)):
        assert_same(at(kept.best[0], i), at(source, i))


def test_large_examples_are_evaluated_a_few_at_a_time_with_the_same_outcome(monkeypatch):
    # 4,096 numbers make 1,024 rows together; of 8,192 there are 512, and never fewer than 16.
    assert [rows_together(shape) for shape in ((4096,), (64, 128), (1024, 1024, 3))] == [1024, 512, 16]
    x = np.random.default_rng(0).normal(size=(70, D)).astype(np.float32)
    (whole,) = predictions(x)
    monkeypatch.setattr(evaluate, "NUMBERS", 32 * D)
    np.testing.assert_allclose(*predictions(x), whole, rtol=1e-5)
    assert part_of(jnp.asarray(x), jnp.zeros(70), jnp.ones(70), np.arange(70)).order.shape == (3, 32)


def predictions(x):
    one = at(members(SoftmaxCrossEntropy(), 3), 0)
    return [predict(one.learner.objective, one.carry.params, one.carry.state, x)]


@pytest.mark.parametrize("array", [np.asarray, jnp.asarray])
def test_of_equal_outputs_the_lower_class_comes_first(array):
    # Classes 1, 2 and 3 share the second place; of the first two places one is left, and class 1 has it.
    outputs, classes = array(np.float32([[0.1, 0.2, 0.2, 0.2, 0.3]] * 5)), array(np.arange(5, dtype=np.int32))
    found = among_first(outputs, classes, 2).tolist()
    assert found == [False, True, False, False, True]
    # scikit-learn gives the place to the highest of the equal classes instead; without ties both agree.
    theirs = [bool(top_k_accuracy_score([k], np.asarray(outputs[:1]), k=2, labels=range(5))) for k in range(5)]
    assert theirs == [False, False, False, True, True]
    apart = array(np.random.default_rng(0).normal(size=(200, 7)).astype(np.float32))
    y = np.random.default_rng(1).integers(0, 7, 200).astype(np.int32)
    share = top_k_accuracy_score(y, np.asarray(apart), k=3, labels=range(7))
    assert float(np.mean(np.asarray(among_first(apart, array(y), 3)))) == pytest.approx(share)


def test_what_is_not_a_number_is_not_among_the_first():
    assert among_first(np.array([[np.nan, 0.0], [0.0, np.nan]]), np.array([0, 0]), 2).tolist() == [False, True]
