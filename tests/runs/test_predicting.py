"""Predictions of new rows: their order and names kept, columns handled or refused by name, each row for itself."""

import numpy as np
import polars
import pytest

from tests.runs.small import COLUMNS, quick, rows, write_table
from thalweg.errors import InputError
from thalweg.platform import compiles
from thalweg.runs.judging import predicted_part
from thalweg.runs.loading import load
from thalweg.runs.model import predict_inputs, predict_prepared
from thalweg.runs.predicting import predict_file, predict_rows, write_predictions
from thalweg.train import evaluate

NEW = rows(50, seed=9)


@pytest.fixture(scope="module")
def numbers(table, tmp_path_factory):
    """A run that predicts numbers."""
    return quick(table, tmp_path_factory.mktemp("numbers"), target="price", drop=("bought", "size"), epochs=30)


def predict(run, tmp_path, table, columns=COLUMNS, *, mode="default"):
    return predict_file(run, str(write_table(tmp_path / "new.csv", table, columns)), mode=mode)


def test_order_and_identifiers_are_kept(finished, tmp_path):
    found = predict(finished.run, tmp_path, NEW).table
    assert found.columns == ["name", "prediction", "p_no", "p_yes"]
    assert found["name"].to_list() == [row["name"] for row in NEW]
    back = predict(finished.run, tmp_path, NEW[::-1]).table
    assert back.equals(found.reverse())


def test_the_prediction_is_the_likeliest_class(finished, tmp_path):
    found = predict(finished.run, tmp_path, NEW).table
    assert (found["prediction"] == polars.Series(np.where(found["p_yes"] > found["p_no"], "yes", "no"))).all()
    np.testing.assert_allclose(found["p_yes"] + found["p_no"], 1.0, rtol=1e-6)
    right = [row["bought"] for row in NEW] == found["prediction"]
    assert right.mean() > 0.75


def test_a_row_is_predicted_for_itself(finished, tmp_path):
    together = predict(finished.run, tmp_path, NEW).table
    for k in (0, 17, 49):
        assert predict(finished.run, tmp_path, [NEW[k]]).table.equals(together[k : k + 1])


def test_predictions_are_those_of_training_bit_for_bit(finished, table):
    split = load_split_of(finished)
    found = load(finished.run).predict(str(table))["p_yes"].to_numpy()[split]
    record, model = load(finished.run)[1:]
    examples = reopen(finished, record)
    prepared = prepare_again(examples, model)
    judged = predicted_part(examples.source, prepared, finished.model, "validation").outputs[:, 1]
    np.testing.assert_array_equal(found, judged.astype(np.float64))


def load_split_of(found):
    from thalweg.archive import load as load_archive

    return load_archive(found.run / "split.safetensors")[0]["validation"]


def reopen(found, record):
    from thalweg.runs.reopening import reopened

    return reopened(found.run, record)


def prepare_again(examples, model):
    from thalweg.train.prepare import prepare

    return prepare(examples.source, examples.split, model.experiment)


def test_the_target_is_not_needed_and_the_order_of_columns_is_free(finished, tmp_path):
    whole = predict(finished.run, tmp_path, NEW).table
    assert predict(finished.run, tmp_path, NEW, ("city", "income", "name", "age")).table.equals(whole)


def test_a_level_never_seen_and_a_missing_cell_are_no_hindrance(finished, tmp_path):
    odd = [{**NEW[0], "city": "Atlantis"}, {**NEW[0], "city": ""}, {**NEW[0], "age": "NA"}, {**NEW[0], "income": ""}]
    found = predict(finished.run, tmp_path, odd).table
    assert np.isfinite(found["p_yes"].to_numpy()).all()


def test_a_missing_column_is_refused_by_name_unless_one_is_lenient(finished, tmp_path):
    columns = ("name", "age", "city")
    with pytest.raises(InputError, match=r"new\.csv has no column 'income', which the model was trained with"):
        predict(finished.run, tmp_path, NEW, columns)
    found = predict(finished.run, tmp_path, NEW, columns, mode="lenient")
    assert any("no column 'income'" in remark.text for remark in found.remarks)
    assert len(found.table) == 50


def test_an_unknown_column_is_said_and_refused_if_one_is_strict(finished, tmp_path):
    new = [{**row, "shoe": "43"} for row in NEW]
    found = predict(finished.run, tmp_path, new, (*COLUMNS, "shoe"))
    assert any("'shoe'" in remark.text for remark in found.remarks)
    assert found.table.equals(predict(finished.run, tmp_path, NEW).table)
    with pytest.raises(InputError, match=r"has columns that the model does not know: 'shoe'"):
        predict(finished.run, tmp_path, new, (*COLUMNS, "shoe"), mode="strict")


def test_numbers_come_with_an_interval(numbers, tmp_path):
    found = predict(numbers.run, tmp_path, rows(400, seed=4)).table
    assert found.columns == ["name", "prediction", "low", "high"]
    width = (found["high"] - found["low"]).to_numpy()
    np.testing.assert_allclose(width, 2 * numbers.model.half_width, rtol=1e-12)
    truth = polars.Series([float(row["price"]) for row in rows(400, seed=4)])
    inside = ((found["low"] <= truth) & (truth <= found["high"])).mean()
    assert 0.75 < inside < 0.99  # nine of ten on the 26 validation rows it was measured on
    assert np.corrcoef(found["prediction"], truth)[0, 1] > 0.8


def test_a_column_of_names_called_prediction_is_kept_beside_them(tmp_path):
    table = [{**row, "prediction": row["name"]} for row in rows()]
    path = write_table(tmp_path / "odd.csv", table, ("prediction", *COLUMNS[1:]))
    run = quick(path, tmp_path / "runs", id="prediction", epochs=1).run
    found = load(run).predict(str(path))
    assert found.columns[:2] == ["prediction_id", "prediction"]
    assert found["prediction_id"].to_list() == [row["name"] for row in table]


def test_a_frame_is_predicted_as_its_file_is(finished, table):
    frame = polars.read_csv(table, null_values=["?"])
    assert load(finished.run).predict(frame).equals(load(finished.run).predict(str(table)))
    assert predict_rows(finished.model, frame.to_pandas()).table.equals(load(finished.run).predict(frame))


def test_inputs_of_another_shape_are_refused(finished):
    with pytest.raises(InputError, match=r"the first data were a table; these are arrays or images"):
        load(finished.run).predict(np.zeros((2, 3)))


def test_more_rows_than_a_batch_and_none_are_predicted(finished):
    x = np.random.default_rng(0).normal(size=(2500, 8)).astype(np.float32)
    whole = predict_prepared(finished.model, x)
    assert whole.shape == (2500, 2)
    programs = compiles(evaluate._predict)
    np.testing.assert_array_equal(whole[1500:1600], predict_prepared(finished.model, x[1500:1600]))
    assert predict_prepared(finished.model, x[:0]).shape == (0, 2)
    assert compiles(evaluate._predict) == programs  # one program whatever the rows, so one rounding


def test_a_model_says_what_shape_it_takes(finished):
    model = finished.model._replace(input_shape=(9,))
    with pytest.raises(InputError, match=r"the model takes examples of shape \(9,\); got \(8,\)"):
        predict_inputs(model, tuple(_columns(finished)))


def _columns(finished):
    from thalweg.data.open import open_inputs

    frame = polars.DataFrame({"age": ["3"], "income": ["4"], "city": ["Ulm"], "name": ["x"]})
    return open_inputs(frame, schema=finished.model.schema).inputs


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out"])
def test_predictions_are_written_as_their_ending_says(finished, table, tmp_path, name):
    found = load(finished.run).predict(str(table))
    write_predictions(tmp_path / name, found)
    read = polars.read_parquet if name.endswith("parquet") else polars.read_csv
    assert read(tmp_path / name).equals(found)


def test_what_cannot_be_written_is_said(finished, table, tmp_path):
    with pytest.raises(InputError, match=r"cannot write .*: No such file or directory"):
        write_predictions(tmp_path / "nowhere" / "out.csv", load(finished.run).predict(str(table)))
