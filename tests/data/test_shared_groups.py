"""Groups that lie in two files are found by their names, whatever numbers each file gave them."""

import numpy as np
import pytest
from tests.runs.small import rows, write_table

from thalweg.data.arrays import from_arrays
from thalweg.data.shared_groups import shared_groups
from thalweg.recipe import check


def source(*groups):
    made = from_arrays(np.arange(len(groups)), [0, 1] * (len(groups) // 2), name="toy", groups=list(groups))
    return made._replace(schema={"group": "patient"})


BOTH = ("data", "test data")


def test_groups_are_compared_by_name():
    assert shared_groups(source("a", "b"), source("c", "d"), names=BOTH) == ()  # numbered 0 and 1 in both files
    (remark,) = shared_groups(source("a", "b"), source("b", "c"), names=BOTH)
    assert (remark.kind, remark.severity, remark.where) == ("shared_groups", "warning", "patient")
    assert remark.text == (
        "1 group of the column 'patient' is in the data and in the test data: 'b'. "
        "Scores on rows of a known group flatter the network: give each group to one file."
    )


def test_many_are_counted_and_a_few_named():
    many = [f"p{k}" for k in range(8)]
    (remark,) = shared_groups(source(*many), source(*many), names=BOTH)
    assert remark.text.startswith("8 groups of the column 'patient' are in the data and in the test data: 'p0', 'p1', ")
    assert "'p4' and 3 more. " in remark.text


def test_without_groups_there_is_nothing_to_compare():
    none = source("a", "b")._replace(groups=None, group_names=())
    assert shared_groups(none, source("a", "b"), names=BOTH) == ()
    (remark,) = shared_groups(source("a", "b"), none, names=BOTH)
    assert remark.severity == "note"
    assert remark.text == (
        "the test data have no column 'patient', so nobody can tell whether they share groups with the data."
    )


@pytest.mark.parametrize("shared", [True, False])
def test_files_given_to_a_run_are_compared(tmp_path, shared):
    def file(name, owners, seed):
        table = [{**row, "name": owners[k % len(owners)]} for k, row in enumerate(rows(60, seed))]
        return str(write_table(tmp_path / name, table))

    data = file("data.csv", [f"a{k}" for k in range(20)], 0)
    test = file("test.csv", ["a7", *(f"b{k}" for k in range(20))] if shared else ["b1", "b2"], 1)
    validation = file("validation.csv", ["b1", "c1"], 2)
    options = {"target": "bought", "drop": ("size", "price"), "group": "name"}
    examples, _ = check(data, test_data=test, validation_data=validation, **options)
    found = [r.text.partition(". ")[0] for r in examples.remarks if r.kind == "shared_groups"]
    between = "1 group of the column 'name' is in the validation data and in the test data: 'b1'"
    assert found == ["1 group of the column 'name' is in the data and in the test data: 'a7'"] * shared + [between]
    assert examples.source.groups is None and examples.source.group_names == ()
