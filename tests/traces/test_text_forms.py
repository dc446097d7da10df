"""Tables and JSON: every dialect by hand, the order of rows, what is said, what is refused."""

import json

import numpy as np
import pytest

from thalweg.errors import InputError
from thalweg.traces import read as reading
from thalweg.traces import table
from thalweg.traces.read import read_trace

nan, inf = np.nan, np.inf


@pytest.fixture
def read(tmp_path):
    def written(content, name="log.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_trace(path)

    return written


def same(got, wanted):
    np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize("separator", [",", "\t", ";", "|", " ", "   ", ", "])
def test_any_separator_and_any_line_end(read, separator):
    rows = [
        ("Epoch", "train_loss", "val_loss", "acc", "lr"),
        ("1", "2.5", "2.25", ".5", "1e-3"),
        ("2", "NaN", "-inf", "1", "0"),
    ]
    for end in ("\n", "\r\n"):
        trace = read(end.join(separator.join(row) for row in rows) + end)
        assert (trace.form, trace.metric, trace.unread) == ("CSV", "accuracy", ())
        same(trace.epoch, [1, 2])
        same(trace.step, [nan, nan])
        same(trace.training_loss, [2.5, nan])
        same(trace.validation_loss, [2.25, -inf])
        same(trace.validation_score, [0.5, 1.0])
        same(trace.rate, [0.001, 0.0])
        assert trace.recorded["training_loss"].all()


def test_a_decimal_comma_behind_semicolons(read):
    same(read("epoch;loss\n1;2,5\n2;1,25\n").training_loss, [2.5, 1.25])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_encodings(read, encoding):
    trace = read("epoch,loss,Übung\n1,2.5,3\n".encode(encoding))
    same(trace.training_loss, [2.5])
    assert trace.unread == ("Übung",)


def test_a_missing_entry_is_told_from_one_that_is_no_number(read):
    trace = read("epoch,loss,val_loss\n1,nan,\n2,,NA\n3,inf,None\n4,1,nan\n")
    same(trace.epoch, [1, 3, 4])  # a row with nothing in it is none
    same(trace.training_loss, [nan, inf, 1])
    assert trace.recorded["training_loss"].tolist() == [True, True, True]
    assert trace.recorded["validation_loss"].tolist() == [False, False, True]


def test_rows_of_one_step_are_one(read):
    trace = read(
        "step,epoch,train_loss_step,train_loss_epoch,val_loss\n9,,0.5,,\n9,0,,,2.0\n9,0,,1.0,\n19,1,0.25,,\n19,1,0.5,,\n"
    )
    assert trace.form == "Lightning CSV"
    same(trace.step, [9, 19])
    same(trace.epoch, [0, 1])
    same(trace.batch_loss, [0.5, 0.5])  # of two entries the later
    same(trace.training_loss, [1.0, nan])
    same(trace.validation_loss, [2.0, nan])


def test_rows_of_one_epoch_are_one_where_they_have_no_column_in_common(read):
    trace = read("epoch,loss,val_loss\n0,3,\n0,2,\n0,,5\n1,1,\n1,,4\n")
    same(trace.epoch, [0, 0, 1])
    same(trace.training_loss, [3, 2, 1])
    same(trace.validation_loss, [nan, 5, 4])
    same(read("epoch,loss,val_loss\n0,,5\n0,3,\n0,2,\n").training_loss, [3, 2])


def test_one_step_of_two_epochs_is_two_rows(read):
    trace = read("epoch,step,loss\n1,100,3\n2,100,2\n")
    same(trace.step, [100, 100])
    same(trace.training_loss, [3, 2])


def test_steps_counted_anew_in_each_epoch_are_counted_on(read):
    trace = read("epoch,step,loss\n0,0,4\n0,1,3\n0,2,2\n1,0,1\n1,1,0.5\n2,0,0.25\n")
    same(trace.step, [0, 1, 2, 3, 4, 5])
    assert trace.remarks == ("The steps are counted anew in each epoch; they were counted on.",)


def test_a_restart_and_a_second_run_take_back_what_was_before(read):
    trace = read("step,loss,grad_norm\n10,3,1\n20,2,2\n30,9,3\n20,1,4\n30,0.5,5\n")
    same(trace.step, [10, 20, 30])
    same(trace.training_loss, [3, 1, 0.5])
    same(trace.tensors["gradient_norm"]["all"], [1, 4, 5])
    same(trace.tensor_step["gradient_norm"]["all"], [10, 20, 30])
    assert trace.remarks[0].startswith("The steps fall back from 30 to 20, as after a restart")
    trace = read("epoch,loss\n0,3\n1,2\nepoch,loss\n0,7\n1,6\n")  # appended, its names again
    same(trace.training_loss, [7, 6])


def test_rows_in_no_order_are_sorted(read):
    steps = np.random.default_rng(0).permutation(500)
    trace = read("step,loss,grad_norm\n" + "".join(f"{s},{s / 2},{s}\n" for s in steps))
    same(trace.step, range(500))
    same(trace.training_loss, np.arange(500) / 2)
    same(trace.tensors["gradient_norm"]["all"], range(500))
    assert trace.remarks == ("The rows were in no order; they were sorted by step.",)
    twice = np.random.default_rng(0).permutation(np.repeat(np.arange(500), 2))
    trace = read("step,loss\n" + "".join(f"{s},{at}\n" for at, s in enumerate(twice)))
    same(trace.training_loss, [np.flatnonzero(twice == s)[1] for s in range(500)])  # of two entries the later


def test_without_a_counter_rows_are_epochs_where_there_is_validation_and_else_steps(read):
    trace = read("loss\n3\n2\n")
    same(trace.step, [1, 2])
    same(trace.epoch, [nan, nan])
    assert trace.remarks == ("The file counts neither steps nor epochs; each row was taken for one step.",)
    trace = read("loss,val_loss\n3,3\n2,2\n")
    same(trace.epoch, [1, 2])
    same(trace.step, [nan, nan])


def test_a_gap_in_the_steps_is_filled_by_the_step_before(read):
    trace = read("step,loss,val_loss\n,5,\n3,,4\n,,2\n6,3,\n")
    same(trace.step, [3, 6])
    same(trace.training_loss, [5, 3])
    same(trace.validation_loss, [2, nan])


def test_the_score_is_the_one_that_both_parts_have(read):
    trace = read("epoch,loss,accuracy,val_mae,mae,val_accuracy,val_f1\n1,1,0.5,3,4,0.25,0.1\n")
    assert (trace.metric, trace.unread) == ("accuracy", ("val_mae", "mae", "val_f1"))
    trace = read("epoch,loss,accuracy,val_mae,mae\n1,1,0.5,3,4\n")
    assert (trace.metric, trace.unread) == ("mae", ("accuracy",))
    same([trace.training_score, trace.validation_score], [[4], [3]])


def test_percent_become_shares(read):
    trace = read("epoch,loss,acc,val_acc\n1,1,50,0.9\n2,1,75,100\n")
    same(trace.training_score, [0.5, 0.75])
    same(trace.validation_score, [0.9 / 100, 1.0])
    assert trace.remarks == ("The accuracy is in percent; it was divided by 100.",)
    same(read("epoch,loss,acc\n1,1,50%\n").training_score, [0.5])
    for odd in ("-1,50", "50,250"):
        trace = read("loss,acc\n" + "".join(f"1,{score}\n" for score in odd.split(",")))
        same(trace.training_score, [float(score) for score in odd.split(",")])  # neither shares nor percent


def test_of_several_losses_the_plainest_is_taken(read):
    trace = read("epoch,loss,train_loss,val_loss_step,val_loss_epoch,cost\n1,9,1,8,2,7\n")
    same([trace.training_loss, trace.validation_loss], [[1], [2]])
    assert trace.unread == ("loss", "val_loss_step", "cost")


def test_a_score_of_no_part_beside_a_training_loss_is_validations(read):
    trace = read("epoch,train_loss,valid_loss,accuracy\n1,1,2,0.5\n")  # as fastai writes it
    same(trace.validation_score, [0.5])
    assert "'accuracy' does not say of which part it is; it was taken for validation's" in trace.remarks[0]
    same(read("epoch,loss,val_loss,accuracy\n1,1,2,0.5\n").training_score, [0.5])  # as Keras


def test_a_test_part_stands_in_for_validation(read):
    trace = read("epoch,train_loss,test_loss,test_acc\n1,1,2,0.5\n")
    same([trace.validation_loss, trace.validation_score], [[2], [0.5]])
    assert "the test part's were taken" in trace.remarks[0]
    trace = read("epoch,train_loss,test_loss,val_loss\n1,1,2,3\n")
    same(trace.validation_loss, [3])
    assert (trace.unread, trace.remarks) == (("test_loss",), ())


def test_an_error_stands_in_for_a_loss(read):
    trace = read("epoch,train_mse,val_mse\n1,2,3\n")
    same([trace.training_loss, trace.validation_loss], [[2], [3]])
    assert (trace.metric, trace.remarks) == ("", ("No column is named a loss; train_mse, val_mse was taken for it.",))


def test_a_last_line_that_is_cut_short_is_left_out(read):
    trace = read("epoch,loss,val_loss\n1,2,3\n2,1.")
    same(trace.training_loss, [2])
    assert trace.remarks == ("The last line is cut short; it was left out.",)
    same(read("epoch,loss\n1,2\n2,1").training_loss, [2, 1])


def test_the_history_of_keras(read):
    history = {
        "loss": [3.0, nan, inf],
        "accuracy": [0.1, 0.2, 0.3],
        "val_loss": [3.5, nan, -inf],
        "lr": [0.1, 0.1, None],
    }
    for told in (history, {"history": history, "params": {"epochs": 3}, "epoch": [0, 1, 2]}):
        trace = read(json.dumps(told), "history.txt")
        assert (trace.form, trace.metric, trace.unread) == ("Keras History", "accuracy", ())
        same(trace.epoch, [1, 2, 3])
        same(trace.training_loss, [3, nan, inf])
        same(trace.validation_loss, [3.5, nan, -inf])
        same(trace.training_score, [0.1, 0.2, 0.3])
        same(trace.rate, [0.1, 0.1, nan])
        assert trace.recorded["rate"].tolist() == [True, True, False]
        assert trace.recorded["training_loss"].all()


def test_lists_of_other_lengths(read):
    trace = read(json.dumps({"loss": [4, 3, 2, 1], "val_loss": [30, 10]}))
    same(trace.validation_loss, [nan, 30, nan, 10])
    assert trace.remarks == ("'val_loss' has an entry for every 2 of the others'.",)
    trace = read(json.dumps({"train": {"loss": [4, 3, 2]}, "val": {"loss": [4, 3]}}))
    same(trace.validation_loss, [4, 3, nan])
    trace = read(json.dumps({"train_loss": list(range(100)), "val_loss": [2, 1]}))  # losses of steps
    same(trace.step, range(1, 101))
    same(np.flatnonzero(trace.recorded["validation_loss"]), [49, 99])


def test_records_of_the_hugging_face_trainer(read):
    log = [
        {"epoch": 0.5, "step": 10, "loss": 2.0, "grad_norm": 1.5, "learning_rate": 1e-3},
        {"epoch": 1.0, "step": 20, "loss": 1.0, "grad_norm": 2.5, "learning_rate": 5e-4},
        {"epoch": 1.0, "step": 20, "eval_loss": 1.5, "eval_accuracy": 0.5, "eval_runtime": 3.0},
        *({"epoch": 1 + s / 20, "step": 20 + s, "loss": 0.5, "grad_norm": nan} for s in range(1, 10)),
        {"epoch": 2.0, "step": 40, "train_loss": 1.2, "train_runtime": 9.0},  # of all of it, and no curve
    ]
    trace = read(json.dumps({"best_metric": None, "log_history": log, "epoch": 2.0}), "trainer_state.json")
    assert (trace.form, trace.metric) == ("JSON records", "accuracy")
    same(trace.step, [10, 20, *range(21, 30)])
    same(trace.training_loss[:3], [2, 1, 0.5])
    same(trace.validation_loss[:3], [nan, 1.5, nan])
    same(trace.tensors["gradient_norm"]["all"][:3], [1.5, 2.5, nan])
    assert trace.unread == ("eval_runtime", "train_loss", "train_runtime")
    lines = "\n".join(map(json.dumps, log))
    for content in (json.dumps(log), lines, lines + "\n", lines + '\n{"epoch": 3, "lo'):
        again = read(content)
        same(again.step, trace.step)
        same(again.validation_loss, trace.validation_loss)
    assert again.remarks == ("The last line is cut short; it was left out.",)


REFUSED = [
    ("", r"log\.csv is empty\. Wanted is a CSV file"),
    ("  \n ", "is empty"),
    (
        "epoch,time,box_loss\n1,2,3\n",
        r"has no column that is named as a loss is\. There are: epoch, time, box_loss\. Under",
    ),
    (
        "Dear reader, here\nis no table.\n",
        "has no column that is named as a loss is. There are: Dear reader, here. Under",
    ),
    ("epoch,loss\n", "has names and no row below them"),
    ("1,2\n3,4\n", "has no names of columns: its first row holds numbers. Add a row such as epoch,loss"),
    (",,\n1,2,3\n", "has no names of columns"),
    ("epoch,loss\n1,\n2,\n", "the column 'loss' holds no number"),
    ("epoch,loss\n1,2\n2,abc\n", r"log\.csv, line 3: the column 'loss' should hold numbers; got 'abc'\. Write plain"),
    ("epoch,loss\n1,tensor(0.5)\n", r"line 2: the column 'loss' should hold numbers; got 'tensor\(0\.5\)'"),
    ("epoch,loss\n1,1_000\n", "should hold numbers; got '1_000'"),
    ("epoch,loss\n1," + "9" * 500 + "\n", r"should hold numbers; got '9{59}\.\.\."),
    ("epoch,loss\n\n1,2,3\n", "line 3: the row should have 2 cells, as the first row has"),
    ("epoch,loss,lr\n1,2\n2,1,1\n", "line 2: the row should have 3 cells"),
    ("epoch,loss,lr\n1,2,3\n2,1\n", "line 3: the row should have 3 cells"),
    ("epoch,loss,lr\n1,2\n2,1,1", "line 2: the row should have 3 cells"),
    ("epoch,loss,Loss,loss\n1,2,3,4\n", "two columns are both called 'loss'"),
    ('epoch,loss\n1,"' + "x" * 200_000 + '"\n', r"line \d+: field larger than field limit"),
    (b"epoch,loss\n1,\0\n", "is no text: it holds a zero byte"),
    (b"PK\x03\x04", "is a zip archive"),
    (b"\x1f\x8b\x08", "is packed by gzip"),
    (b"\x80\x04\x95", "is a pickle, which could run code when read"),
    ("{", r"is no JSON: line 1, column 2: Expecting property name"),
    ("[" * 100_000, "is no JSON: it is nested too deeply"),
    ("[" + "1" * 5000 + "]", "is no JSON: a number in it is too long"),
    ("[1, 2]", "is JSON, and neither lists of numbers by name nor records by name"),
    ("[]", "is JSON, and neither"),
    ("{}", "has no column that is named as a loss is. There are: none"),
    ('{"loss": ["a"]}', r"entry 1: the column 'loss' should hold numbers; got 'a'"),
    ('{"loss": [[1]]}', r"entry 1: the column 'loss' should hold numbers; got \[1\]"),
    ('{"loss": [true]}', "should hold numbers; got True"),
    ('{"loss": [' + "1" * 400 + "]}", "should hold numbers; got 'a number too long'"),
    ('[{"loss": 1}, {"loss": {"a": 2}}, {"loss": []}]', r"record 3: the column 'loss' should hold numbers; got \[\]"),
    ('{"loss": 1}\n[2]\n', r"line 2: a record by name is wanted"),
    ('{"loss": 1}\nfoo\n{"loss": 1}\n', "is no JSON"),
]


@pytest.mark.parametrize(("content", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_used_is_refused_with_its_place(read, content, message):
    with pytest.raises(InputError, match=message):
        read(content)


def test_files_that_are_too_large_are_refused(read, monkeypatch, tmp_path):
    for module, limit, message in (
        (reading, "LIMIT", "bytes; at most 1 are read"),
        (table, "MOST_ROWS", "has more than 1 rows"),
        (table, "MOST_COLUMNS", "has more than 1 columns"),
    ):
        for content in ("epoch,loss\n1,2\n2,1\n", '{"epoch": [1, 2], "loss": [1, 2]}', '[{"epoch": 1, "loss": 2}, {}]'):
            with monkeypatch.context() as patch, pytest.raises(InputError, match=message):
                patch.setattr(module, limit, 1)
                read(content)
    with pytest.raises(InputError, match="No such file or directory"):
        read_trace(tmp_path / "none")
    with pytest.raises(InputError, match="no file can have this name"):
        read_trace(tmp_path / "a\0b")


def test_a_folder_of_lightning_is_its_table(tmp_path):
    (tmp_path / "metrics.csv").write_text("epoch,step,val_loss,train_loss\n0,9,2,\n0,9,,1\n")
    trace = read_trace(tmp_path)
    assert (trace.form, trace.path) == ("Lightning CSV", str(tmp_path / "metrics.csv"))
    same([trace.training_loss, trace.validation_loss], [[1], [2]])
