"""What a run says first: what was read, how it is divided, what is trained."""

import numpy as np
import polars

from thalweg.defaults import default_experiment
from thalweg.mixings.mixup import Mixup
from thalweg.runs.examples import open_examples
from thalweg.runs.opening import data_lines, experiment_line
from thalweg.spec import replaced
from thalweg.train.prepare import prepare


def _examples(data, **reading):
    return open_examples(data, reading=reading)


def test_a_table_is_told_by_rows_columns_classes_and_parts():
    read, divided = data_lines(_examples("iris"))
    assert read == "iris: 150 rows, 4 input columns; classes of 'species': setosa, versicolor, virginica"
    assert divided == "96 rows to train on, 24 to choose by, 30 under seal until the end"


def test_a_regression_and_arrays_are_told_as_such():
    frame = polars.DataFrame({"x": np.arange(40.0), "y": np.arange(40.0) * 1.5})
    assert "regression of 'y'" in data_lines(_examples(frame, target="y"))[0]
    assert "digits: 1,797 rows, 64 numbers an example; classes of 'digit': 0, 1, 2, 3, 4, 5, 6, 7 and 2 more" in (
        data_lines(_examples("digits"))
    )


def test_how_the_parts_were_made_is_told_where_it_was_asked_for():
    numbers = np.arange(40.0)
    frame = polars.DataFrame({"x": numbers * 1.5, "y": ["u", "v"] * 20, "who": [f"p{k // 4}" for k in range(40)]})
    assert data_lines(_examples(frame, target="y", group="who"))[1].endswith(
        " under seal until the end; 10 groups, each in one part"
    )
    timed = frame.with_columns(when=numbers)
    assert data_lines(_examples(timed, target="y", time_column="when"))[1].endswith("; later rows in later parts")
    assert data_lines(_examples(frame, target="y"))[1].endswith(" under seal until the end")


def test_a_long_name_of_a_class_is_cut():
    frame = polars.DataFrame({"x": np.arange(40.0) * 1.5, "y": ["u" * 40, "v" * 41] * 20})
    read, _ = data_lines(_examples(frame, target="y"))
    assert read.endswith(f"classes of 'y': {'u' * 40}, {'v' * 40}...")


def test_the_experiment_is_one_line_with_its_size_and_length():
    examples = _examples("iris")
    experiment = default_experiment(examples.source, len(examples.split.train))
    line = experiment_line(prepare(examples.source, examples.split, experiment), "accuracy")
    # 4 x 128 + 128, 128 x 128 + 128, 128 x 3 + 3
    assert "(27,779 parameters); softmax_cross_entropy, l2; adam, warmup; batch 32, at most 100 epochs" in line
    assert line.endswith("best by accuracy")
    assert experiment_line(prepare(examples.source, examples.split, experiment), "r2").endswith("best by R²")
    mixing = prepare(examples.source, examples.split, replaced(experiment, mix=Mixup()))
    assert "softmax_cross_entropy, l2; mixed by mixup; adam, warmup; batch 32" in experiment_line(mixing, "accuracy")


def test_one_is_told_of_as_one():
    frame = polars.DataFrame({"x": np.arange(4.0), "y": [0.5, 1.0, 2.5, 3.0]})
    examples = _examples(frame, target="y")
    lone = examples._replace(split=examples.split._replace(train=np.arange(1)))
    read, divided = data_lines(lone)
    assert "4 rows, 1 input column;" in read
    assert divided.startswith("1 row to train on, 1 to choose by, ")
    experiment = default_experiment(examples.source, len(examples.split.train))
    experiment = replaced(experiment, training=replaced(experiment.training, epochs=1))
    line = experiment_line(prepare(examples.source, examples.split, experiment), "accuracy")
    assert "at most 1 epoch, " in line
