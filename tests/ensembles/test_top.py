"""The best trials of a search predict each in its own way, and are averaged in one unit."""

import numpy as np
import pytest

from tests.search.engine.test_train_trials import results
from tests.search.ground import small, small_ground, trials_of
from tests.train.small import examples
from thalweg.data.open import open_source
from thalweg.ensembles.members import best_weights
from thalweg.ensembles.top import top_of, trial_predictions
from thalweg.errors import InputError
from thalweg.layers.dense import Dense
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.losses.poisson import Poisson
from thalweg.losses.squared_error import SquaredError
from thalweg.network.sequential import Sequential
from thalweg.preprocess.arrays import Standardize
from thalweg.runs.ensemble.combined import combined
from thalweg.spec import traced
from thalweg.train.evaluate import predict
from thalweg.train.prepare import prepare


@pytest.fixture(scope="module")
def found():
    kinds = [small(0.05), small(0.2, width=5), small(0.1, preprocess=Standardize()), small(1e30)]
    return results(trials_of(kinds))


def test_the_best_come_first_and_those_that_failed_do_not_come(found):
    best = top_of(found.values(), 9, "accuracy")
    assert len(best) == 3 and found[3] not in best
    assert [r.score for r in best] == sorted((found[k].score for k in range(3)), reverse=True)
    assert top_of(found.values(), 1, "accuracy") == best[:1]
    worst = top_of(found.values(), 9, "cross_entropy")  # of which smaller is better
    assert [r.score for r in worst] == sorted(found[k].score for k in range(3))


def test_of_equal_scores_the_smaller_loss_comes_first(found):
    alike = [found[k]._replace(score=0.5, loss=loss) for k, loss in enumerate((0.3, 0.1, 0.2))]
    assert [r.loss for r in top_of(alike, 2, "accuracy")] == [0.1, 0.2]
    assert top_of([alike[0]._replace(score=np.nan), alike[1]], 2, "accuracy") == (alike[1],)


def test_each_predicts_with_its_own_network_and_preprocessing(found):
    ground, best = small_ground(), [found[k] for k in range(3)]
    together = trial_predictions(ground, best)
    assert together.shape == (3, 150, 4)
    for one, result in zip(together, best, strict=True):
        spec, weights = result.trial.experiment, best_weights(result)
        x = prepare(ground.source, ground.prepared.split, spec).x
        np.testing.assert_array_equal(one, predict(traced(spec.objective()), weights.params, weights.state, x))
    np.testing.assert_allclose(combined(together).sum(axis=1), 1, rtol=1e-6)


def test_values_are_in_the_unit_of_the_data_whatever_each_was_trained_in():
    x, _ = examples()
    y = np.exp(3 + 0.3 * x[:, 0]).astype(np.float64)
    base = small(0.01, network=Sequential((Dense(1),)), loss=SquaredError(), epochs=30)
    source, split = open_source((x, y)), small_ground().prepared.split
    prepared = prepare(source, split, base)
    ground = small_ground()._replace(source=source, prepared=prepared, weight=prepared.weight, metric="r2")
    raw = small(0.001, network=Sequential((Dense(1),)), loss=Poisson(), epochs=30)
    found = results(trials_of([base, raw]), ground)
    one, other = trial_predictions(ground, [found[0], found[1]])
    for values in (one, other):
        assert abs(values.mean() - y.mean()) < 0.3 * y.mean()


def test_misuse_is_refused(found):
    for given in ((0, "accuracy"), (1, "beauty")):
        with pytest.raises(InputError, match=r"^the best of a search are 1 or more, by one of .*; got [01], '"):
            top_of(found.values(), *given)
    with pytest.raises(InputError, match=r"^an ensemble needs one trial or more; got none\.$"):
        trial_predictions(small_ground(), [])
    hinge = found[1].trial._replace(experiment=small(0.1, loss=MulticlassHinge()))
    with pytest.raises(InputError, match=r"^an ensemble cannot average probabilities with scores; its losses g"):
        trial_predictions(small_ground(), [found[0], found[1]._replace(trial=hinge)])
    with pytest.raises(InputError, match=r"^trial 0 was never begun: "):
        trial_predictions(small_ground(), [found[0]._replace(rest=None)])
