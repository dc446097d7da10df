"""Several yes/no answers a row: which value is yes, rows that lack one, what is refused."""

import jax.numpy as jnp
import numpy as np
import pandas as pd
import polars as pl
import pytest

from thalweg.data.arrays import from_arrays
from thalweg.data.attributes import MOST_ATTRIBUTES, encode_attributes, infer_attributes
from thalweg.data.open import open_inputs, open_like, open_source
from thalweg.data.row_keys import row_keys
from thalweg.data.source import Attribute, Task
from thalweg.data.task import infer_task
from thalweg.errors import InputError

COLUMNS = {
    "text": ["yes", "no", "Yes.", "yes", "yes", "no"],
    "bit": [1, 0, 0, 1, np.nan, 1],
    "truth": np.array([True, False, True, True, False, False]),
}
KNOWN = (Attribute("text", "no", "yes"), Attribute("bit", "0", "1"), Attribute("truth", "False", "True"))


def frame(**changes):
    columns = {"a": ["x", "y"] * 6, "b": [0, 0, 1] * 4, "n": np.arange(12) / 7, "c": [True, True, False] * 4}
    return pl.DataFrame({**columns, **changes})


def test_the_second_value_in_order_is_yes_and_rows_that_lack_an_answer_are_left_out():
    found = infer_attributes(COLUMNS)
    assert found.task == Task("attributes", "text, bit, truth", (), KNOWN)
    assert found.kept.tolist() == [True] * 4 + [False, True]
    assert found.targets.dtype == np.int32
    assert found.targets.tolist() == [[1, 1, 1], [0, 0, 0], [1, 0, 1], [1, 1, 1], [0, 1, 0]]
    assert [(r.kind, r.where) for r in found.remarks] == [
        ("missing_labels", "text, bit, truth"),
        ("task", "text, bit, truth"),
        ("label_match", "text, bit, truth"),
    ]
    assert found.remarks[0].text == "1 row lacks an answer in 'bit'; left out."
    assert found.remarks[1].text == (
        "3 attributes, each answered for itself; as yes counts 'yes' in 'text' (no is 'no'), '1' in 'bit' (no is '0'), "
        "'True' in 'truth' (no is 'False')."
    )


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"a": [0, 1], "b": ["x", "x"]}, r"every row has the answer 'x' in 'b'; an attribute has two"),
        ({"a": [0, 1, 2], "b": [0, 1, 1]}, r"'a' holds 3 different values \('0', '1', '2'\); an attribute has two"),
        ({"a": [None, 1], "b": [0, None]}, r"no row has an answer in each of 'a', 'b'; choose other targets"),
    ],
)
def test_columns_without_two_answers_are_refused_by_name(columns, message):
    with pytest.raises(InputError, match=message):
        infer_attributes(columns)


@pytest.mark.parametrize(
    ("values", "no", "yes"),
    [(["Yes", "no"], "no", "Yes"), (["n", "N"], "N", "n"), ([2, 10], "2", "10"), (["TRUE", "false"], "false", "TRUE")],
)
def test_numbers_go_by_size_and_words_by_the_alphabet_whatever_their_case(values, no, yes):
    assert infer_attributes({"a": values}).task.attributes == (Attribute("a", no, yes),)


def test_another_files_answers_are_matched_and_need_not_be_both():
    task = Task("attributes", "text, bit", (), KNOWN[:2])
    found = encode_attributes({"text": ["YES", "yes", None], "bit": ["1", "1", "0"]}, task, path="new.csv")
    assert found.targets.tolist() == [[1, 1], [1, 1]] and found.kept.tolist() == [True, True, False]
    assert [(r.kind, r.where) for r in found.remarks] == [("missing_labels", "text, bit"), ("label_match", "text, bit")]
    with pytest.raises(InputError, match=r"new.csv, row 1 .*: the answer 'maybe' in 'text' is neither 'no' nor 'yes'"):
        encode_attributes({"text": ["no", "maybe"], "bit": [0, 1]}, task, path="new.csv")
    with pytest.raises(InputError, match=r"new.csv: wanted 2 answers a row, as the first data have; got 1"):
        encode_attributes({"text": ["no"]}, task, path="new.csv")
    with pytest.raises(InputError, match=r"no row has an answer in each of 'bit'; give a file with answers"):
        encode_attributes({"text": ["no"], "bit": [None]}, task, path="new.csv")


def test_arrays_of_zeros_and_ones_are_attributes_where_it_is_said():
    x, y = np.arange(8.0).reshape(4, 2), np.array([[0, 1, 1], [1, 1, 0], [0, 0, 0], [1, 0, 1]])
    source = from_arrays(x, y, name="toy", task="attributes")
    assert [a.name for a in source.task.attributes] == ["target_0", "target_1", "target_2"]
    np.testing.assert_array_equal(source.targets, y)
    np.testing.assert_array_equal(from_arrays(x, y.tolist(), name="toy", task="attributes").targets, y)
    assert from_arrays(x, y[::-1], name="toy", known=source.task).targets.tolist() == y[::-1].tolist()
    assert source.fingerprint != from_arrays(x, 1 - y, name="toy", task="attributes").fingerprint
    with pytest.raises(InputError, match=r"one label a row, or --task attributes for several yes/no"):
        from_arrays(x, y, name="toy")
    single = from_arrays(x, ["n", "y", "y", "n"], name="toy", task="attributes")
    assert single.task.attributes == (Attribute("target", "n", "y"),) and single.targets.shape == (4, 1)
    one_hot = np.eye(2, dtype=int)[[0, 1, 0, 1]]
    assert from_arrays(x, one_hot, name="toy").task.kind == "classes"
    assert from_arrays(x, one_hot, name="toy", task="attributes").targets.tolist() == one_hot.tolist()


@pytest.mark.parametrize("known", [False, True])
def test_spellings_are_said_once_for_all_attributes(known):
    columns = {f"a{k}": ["yes", "YES", "no", "No"] for k in range(30)}
    task = Task("attributes", "a", (), tuple(Attribute(name, "no", "yes") for name in columns))
    found = encode_attributes(columns, task, path="") if known else infer_attributes(columns)
    assert [r.text for r in found.remarks if r.kind == "label_match"] == (
        ["the label 'No' (30 answers) is read as 'no'.", "the label 'YES' (30 answers) is read as 'yes'."]
        if known
        else ["the label 'no' (30 answers) is read as 'No'.", "the label 'yes' (30 answers) is read as 'YES'."]
    )


@pytest.mark.parametrize("y", [jnp.array([[0, 1], [1, 1], [1, 0]]), [np.array([0, 1]), (1, 1), jnp.array([1, 0])]])
def test_answers_may_be_rows_of_any_kind(y):
    assert infer_task(y, target="y", override="attributes").targets.tolist() == [[0, 1], [1, 1], [1, 0]]


def test_answers_of_a_frame_beside_an_array_keep_their_names():
    x, y = np.arange(6.0).reshape(3, 2), pd.DataFrame({"old": [0, 1, 1], "tall": [True, True, False]})
    source = open_source((x, y), task="attributes")
    assert source.task.attributes == (Attribute("old", "0", "1"), Attribute("tall", "false", "true"))
    assert source.targets.tolist() == [[0, 1], [1, 1], [1, 0]]
    other = open_like((x, y[["tall", "old"]]), task=source.task, schema=source.schema)
    assert other.targets.tolist() == source.targets.tolist()
    with pytest.raises(InputError, match=r"got LazyFrame\. Call \.collect\(\) on it"):
        open_source((x, pl.DataFrame(y).lazy()), task="attributes")


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (3, r"labels must be one a row, \(n,\); those of 'target' are one int"),
        (np.zeros((4, 2, 2), int), r"answers must be \(n,\) or \(n, k\), k a row; .* have shape \(4, 2, 2\)"),
        ([[0, 1], [1], [0, 1], [1, 0]], r"the rows of 'target' have 1 to 2 values; give all of them the same number"),
        (np.zeros((4, MOST_ATTRIBUTES + 1), int), r"5,001 attributes; at most 5,000 are learned at once"),
    ],
)
def test_arrays_of_another_shape_are_refused(y, message):
    with pytest.raises(InputError, match=message):
        from_arrays(np.zeros((4, 2)), y, name="toy", task="attributes")


def test_several_targets_of_a_table_are_attributes_and_no_inputs():
    source = open_source(frame(), target=["a", "c", 1])
    assert [a.name for a in source.task.attributes] == ["a", "c", "b"]
    assert [column.name for column in source.inputs] == ["n"]
    assert source.schema["targets"] == ["a", "c", "b"] and source.schema["target"] == "a, c, b"
    assert source.targets[:3].tolist() == [[0, 1, 0], [1, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"target": ["a", "n"]}, r"'n' holds 12 different values .* an attribute has two"),
        ({"target": ["a", "z"]}, r"unknown column for --target 'z'"),
        ({"target": ["a", 0]}, r"column 'a' is given to --target twice; name it once"),
        ({"target": ["a", "b"], "drop": ["b"]}, r"column 'b' is given to --target and to --drop; choose one"),
        ({"target": ["a", "b"], "task": "classes"}, r"--task classes is for one target; got 2: 'a', 'b'. Give one"),
    ],
)
def test_targets_that_cannot_be_used_are_refused(asked, message):
    with pytest.raises(InputError, match=message):
        open_source(frame(), **asked)


def test_several_targets_need_a_table():
    with pytest.raises(
        InputError,
        match=r"only a table has columns for several targets; the data are arrays\. .* --task attr",
    ):
        open_source((np.zeros((4, 2)), np.zeros(4)), target=["a", "b"])


def test_answers_may_come_beside_a_frame():
    beside = open_source((frame().select("n"), frame().select("a", "c")), task="attributes")
    assert beside.task == open_source(frame().drop("b"), target=["a", "c"]).task
    plain = open_source((frame().select("n"), np.array([[0, 1], [1, 0]] * 6)), task="attributes")
    assert [a.name for a in plain.task.attributes] == ["target_0", "target_1"]
    with pytest.raises(InputError, match=r"wanted answers for each of 12 rows; got 2 of them"):
        open_source((frame().select("n"), frame().select("a")[:2]), task="attributes")
    with pytest.raises(InputError, match=r"the labels and a column of the inputs are both called 'a'; rename one"):
        open_source((frame(), frame().select("a", "c")), task="attributes")


def test_a_further_table_is_read_by_the_first_ones_answers():
    source = open_source(frame(), target=["a", "c"])
    other = open_like(frame(a=["y", "X"] * 6), task=source.task, schema=source.schema)
    assert other.targets[:2, 0].tolist() == [1, 0]
    np.testing.assert_array_equal(np.isin(row_keys(other), row_keys(source)), [False] * 12)
    same = open_like(frame()[::-1].select("c", "n", "b", "a"), task=source.task, schema=source.schema)
    np.testing.assert_array_equal(row_keys(same), row_keys(source)[::-1])
    with pytest.raises(InputError, match=r"the DataFrame has no column 'c', which holds the labels; add it"):
        open_like(frame().drop("c"), task=source.task, schema=source.schema)


def test_an_answer_counts_for_its_own_attribute():
    same, other = (from_arrays(np.ones((2, 1)), y, name="toy", task="attributes") for y in ([[0, 1], [1, 0]],) * 2)
    keys = row_keys(same)
    assert keys[0] != keys[1] and keys.tolist() == row_keys(other).tolist()


def test_without_a_header_the_targets_may_be_left_out_of_further_files(tmp_path):
    rows = [f"{k % 2},{k / 7:.3f},{'NY'[k % 3 == 0]},{k % 5}.5" for k in range(12)]
    (tmp_path / "a.csv").write_text("\n".join(rows))
    (tmp_path / "b.csv").write_text("\n".join(",".join(row.split(",")[1::2]) for row in rows))
    source = open_source(tmp_path / "a.csv", target=["0", "2"], header="no")
    read = open_inputs(tmp_path / "b.csv", schema=source.schema)
    assert [column.name for column in read.inputs] == ["1", "3"]
