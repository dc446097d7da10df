"""Tables with a target become labelled examples, the same in every process."""

import os
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from thalweg.data.columns import CategoryColumn, NumericColumn, count_rows
from thalweg.data.split import split_source
from thalweg.data.tables.frame import from_frame
from thalweg.data.tables.labelled import labelled_like, labelled_table
from thalweg.data.tables.names import Choices
from thalweg.data.tables.read import read_table
from thalweg.errors import InputError

FRAME = pl.DataFrame(
    {
        "size": [1.0, 2.5, 1.0, None],
        "kind": ["a", "b", "a", "c"],
        "who": ["x", "y", "x", "x"],
        "when": ["2020-01-02", "2020-01-01", None, "2020-01-03"],
        "count": [1, 2, 1, 3],
        "y": ["no", "yes", "no", None],
    }
)


def test_rows_without_a_label_are_left_out_of_everything():
    choices = Choices(group="who", weight_column="count", drop=("when",))
    source = labelled_table(from_frame(FRAME), name="t", target="y", choices=choices)
    assert source.task == ("classes", "y", ("no", "yes"), ())
    assert source.targets.tolist() == [0, 1, 0]
    assert [column.name for column in source.inputs] == ["size", "kind"]
    assert count_rows(source.inputs) == 3
    assert source.inputs[1].levels == ("a", "b", "c")
    assert source.weight.tolist() == [0.75, 1.5, 0.75]
    assert source.groups.tolist() == [0, 1, 0]
    assert source.identical.tolist() == [0, 1, 2]  # alike in all that is used, but not in every cell
    assert source.times is None
    assert [remark.kind for remark in source.remarks] == ["missing_labels", "task"]


def test_times_are_those_of_the_rows_used():
    source = labelled_table(from_frame(FRAME[:2]), name="t", target="y", choices=Choices(time_column="when"))
    assert source.times.tolist() == [18263, 18262]
    assert source.weight.tolist() == [1, 1]


def test_the_label_counts_among_what_makes_rows_identical():
    source = labelled_table(
        from_frame(pl.DataFrame({"x": [1.5, 1.5, 2, 1.5], "y": [0, 1, 0, 0]})), name="t", target="y"
    )
    assert source.identical.tolist() == [0, 1, 2, 0]


def test_dropping_a_column_moves_no_fingerprint():
    whole = labelled_table(from_frame(FRAME), name="t", target="y")
    assert (
        whole.fingerprint == labelled_table(from_frame(FRAME), name="t", target=-1, choices=Choices(drop=("kind",)))[5]
    )
    assert whole.fingerprint != labelled_table(from_frame(FRAME[:3]), name="t", target="y").fingerprint


@pytest.mark.parametrize("choices", [Choices(drop=("kind", "when")), Choices(categorical=("size",))])
def test_how_columns_are_used_moves_no_row_between_the_parts(choices):
    # Of 60 rows many are alike once "kind" is dropped; the sealed part must hold the same ones all the same.
    rows = range(60)
    frame = pl.DataFrame({"size": [k % 3 for k in rows], "kind": [f"k{k % 7}" for k in rows]})
    frame = frame.with_columns(
        when=pl.Series([f"2020-01-{k % 28 + 1:02}" for k in rows]), y=pl.Series([k % 2 for k in rows])
    )
    usual = split_source(labelled_table(from_frame(frame), name="t", target="y"))[0]
    other = split_source(labelled_table(from_frame(frame), name="t", target="y", choices=choices))[0]
    for one, two in zip(usual, other, strict=True):
        np.testing.assert_array_equal(one, two)


def test_a_further_table_is_read_and_coded_like_the_first():
    first = labelled_table(from_frame(FRAME), name="t", target="y", choices=Choices(weight_column="count"))
    new = pl.DataFrame({"y": ["YES.", "no"], "kind": ["z", "a"], "size": [7, 8], "when": ["2020-01-01"] * 2})
    new = new.with_columns(who=pl.lit("x"), count=pl.Series([2, 3]))
    source = labelled_like(from_frame(new), name="new", task=first.task, schema=first.schema)
    assert source.targets.tolist() == [1, 0]
    assert [column.name for column in source.inputs] == [column.name for column in first.inputs]
    assert source.inputs[1].levels == ("a", "z")
    assert source.weight.tolist() == pytest.approx([0.8, 1.2])
    assert [remark.text for remark in source.remarks] == ["the label 'YES.' (1 row) is read as 'yes'."]
    unweighted = labelled_like(from_frame(new.drop("count")), name="new", task=first.task, schema=first.schema)
    assert unweighted.weight.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda first: labelled_table(from_frame(FRAME), name="t", target=None),
            r"which column of the DataFrame is to be predicted\? Say it with --target NAME .* There are: size, kind",
        ),
        (
            lambda first: labelled_table(from_frame(FRAME), name="t", target="z"),
            r"unknown column for --target 'z'",
        ),
        (
            lambda first: labelled_table(from_frame(FRAME), name="t", target="y", task="regression"),
            r"the DataFrame, row 0 \(counted from 0\): a regression needs finite numbers in 'y'; got 'no'",
        ),
        (
            lambda first: labelled_like(from_frame(FRAME.drop("y")), name="t", task=first.task, schema=first.schema),
            r"the DataFrame has no column 'y', which holds the labels; add it",
        ),
        (
            lambda first: labelled_like(
                from_frame(FRAME.with_columns(y=pl.lit("maybe"))), name="t", task=first.task, schema=first.schema
            ),
            r"the DataFrame, row 0 \(counted from 0\): the label 'maybe' is none of the 2 known classes",
        ),
        (
            lambda first: labelled_like(from_frame(FRAME.drop("size")), name="t", task=first.task, schema=first.schema),
            r"the DataFrame has no column 'size', which the model was trained with; add it\.",
        ),
    ],
)
def test_targets_that_cannot_be_used_are_refused(call, message):
    first = labelled_table(from_frame(FRAME), name="t", target="y")
    with pytest.raises(InputError, match=message):
        call(first)


@pytest.mark.parametrize(
    ("name", "target", "task", "kind", "rows", "classes"),
    [
        ("adult/adult-train.csv", "-1", None, "classes", 32561, ("<=50K", ">50K")),
        ("titanic/train.csv", "Survived", None, "classes", 891, ("0", "1")),
        ("penguins/penguins_raw.csv", "Species", None, "classes", 344, None),
        ("penguins/penguins.csv", "species", None, "classes", 344, ("Adelie", "Chinstrap", "Gentoo")),
        ("mpg/mpg.csv", "mpg", None, "regression", 398, ()),
        ("california_housing/housing.csv", "median_house_value", None, "regression", 20640, ()),
        ("wine_quality/winequality-red.csv", -1, None, "classes", 1599, tuple("345678")),
        ("abalone/abalone.csv", -1, None, "regression", 4177, ()),
        ("mammography/mammography.csv", -1, None, "classes", 11183, ("-1", "1")),
        ("horse_colic/horse-colic.csv", 22, None, "classes", 299, ("1", "2", "3")),
        ("kddcup99/kddcup.tsv.gz", "target", "classes", "classes", 494020, tuple(map(str, range(23)))),
    ],
)
def test_real_files(shared_data, name, target, task, kind, rows, classes):
    source = labelled_table(read_table(shared_data / "tables" / name), name="t", target=target, task=task)
    assert (source.task.kind, len(source.targets)) == (kind, rows)
    assert source.task.classes == classes if classes is not None else len(source.task.classes) == 3
    assert count_rows(source.inputs) == rows
    for column in source.inputs:
        if isinstance(column, NumericColumn):
            assert not np.isinf(column.values).any()
        else:
            assert isinstance(column, CategoryColumn) and column.codes.max() < len(column.levels) <= 100


def test_adult_test_labels_are_matched_and_its_rows_counted(shared_data):
    train, test = (
        read_table(shared_data / "tables" / "adult" / f"adult-{part}.csv", header="no") for part in ("train", "test")
    )
    first = labelled_table(train, name="train", target="-1")
    source = labelled_like(test, name="test", task=first.task, schema=first.schema)
    assert np.bincount(source.targets).tolist() == [12435, 3846]
    assert [remark.text for remark in source.remarks] == [
        "the label '<=50K.' (12,435 rows) is read as '<=50K'.",
        "the label '>50K.' (3,846 rows) is read as '>50K'.",
    ]
    assert len(np.unique(first.identical)) == 32537  # 24 duplicates, as often reported of this file


SCRIPT = """
import hashlib, sys
from pathlib import Path
from thalweg.data.tables.labelled import labelled_table
from thalweg.data.tables.read import read_table
source = labelled_table(read_table(Path(sys.argv[1])), name="t", target="y")
digest = hashlib.sha256(repr((source.fingerprint, source.task, source.schema, source.remarks)).encode())
for array in (source.targets, source.identical, source.weight, *(column[1] for column in source.inputs)):
    digest.update(array.tobytes())
print(repr([column[2:] for column in source.inputs]), digest.hexdigest())
"""


def test_two_processes_read_the_same_bits(tmp_path):
    path = tmp_path / "t.csv"
    rows = [f"{k % 7},level {k * 37 % 90},{k * 0.1:.3f},{'no' if k % 3 else 'Yes'}" for k in range(20_000)]
    path.write_text("\n".join(["a,b,c,y", *rows]), encoding="utf-8")
    seen = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(path)],
            env={**os.environ, "PYTHONHASHSEED": seed, "POLARS_MAX_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, threads in [("1", "1"), ("2", "4")]
    }
    assert len(seen) == 1 and "level 36" in seen.pop()


def test_a_target_sought_in_a_table_without_a_header_is_told_so(tmp_path):
    (tmp_path / "t.csv").write_text("size,y\n", encoding="utf-8")
    with pytest.raises(
        InputError, match=r"column for --target 'y'.* no header row: .* \(change it with --header yes\)"
    ):
        labelled_table(read_table(tmp_path / "t.csv"), name="t", target="y")


def test_only_those_who_may_be_lenient_are_told_of_it():
    first = labelled_table(from_frame(FRAME), name="t", target="y")
    for frame in (FRAME.drop("size"), FRAME.with_columns(size=pl.lit("big"))):
        with pytest.raises(InputError) as caught:
            labelled_like(from_frame(frame), name="t", task=first.task, schema=first.schema)
        assert "--lenient" not in str(caught.value)
