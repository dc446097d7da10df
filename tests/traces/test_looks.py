"""A trace at its evaluations."""

import numpy as np
import pytest

from thalweg.traces.looks import at_evaluations
from thalweg.traces.read import read_trace

nan, inf = np.nan, np.inf


@pytest.fixture
def looked(tmp_path):
    def written(content):
        (tmp_path / "log.csv").write_text(content)
        return at_evaluations(read_trace(tmp_path / "log.csv"))

    return written


def test_training_since_the_last_evaluation_is_told_by_its_mean(looked):
    trace = looked("step,loss,val_loss,lr\n1,4,,0.1\n2,2,5,\n3,1,,0.2\n4,,4,\n5,,3,\n6,7,,\n")
    np.testing.assert_array_equal(trace.step, [2, 4, 5])
    np.testing.assert_array_equal(trace.training_loss, [3, 1, nan])
    np.testing.assert_array_equal(trace.validation_loss, [5, 4, 3])
    np.testing.assert_array_equal(trace.rate, [0.1, 0.2, 0.2])
    assert trace.recorded["training_loss"].tolist() == [True, True, False]
    assert trace.recorded["validation_loss"].all()


def test_single_batches_stand_in_for_a_loss_of_the_part(looked):
    trace = looked("step,batch_loss,train_loss,val_loss\n1,4,,\n2,2,,5\n3,1,8,4\n")
    np.testing.assert_array_equal(trace.training_loss, [3, 8])
    np.testing.assert_array_equal(trace.batch_loss, [3, 1])


def test_a_diverged_run_stays_one(looked):
    trace = looked("step,loss,val_loss\n1,4,\n2,inf,5\n3,nan,\n4,1,nan\n")
    np.testing.assert_array_equal(trace.training_loss, [inf, nan])
    assert trace.recorded["training_loss"].all()
    assert trace.recorded["validation_loss"].all()


def test_without_validation_each_training_loss_is_an_evaluation(looked):
    np.testing.assert_array_equal(looked("epoch,loss,lr\n1,4,1\n2,,0.5\n3,3,\n").training_loss, [4, 3])
    np.testing.assert_array_equal(looked("step,batch_loss\n1,4\n2,3\n").training_loss, [4, 3])
