"""Rows that a run knows are told again in another file, whatever their order, and new ones pass without a word."""

import pytest

from tests.runs.small import COLUMNS, copy_of, rows, write_table
from thalweg.archive import load as load_archive
from thalweg.archive import save as save_archive
from thalweg.runs.evaluating import evaluate_file


@pytest.fixture
def parts(finished):
    """The row numbers of each part."""
    return load_archive(finished.run / "split.safetensors")[0]


def said(run, path):
    return [(r.severity, r.text) for r in evaluate_file(run, str(path)).remarks if r.kind == "seen_rows"]


def test_the_same_rows_in_another_order_are_known(finished, tmp_path):
    turned = write_table(tmp_path / "turned.csv", rows()[::-1], COLUMNS[::-1])
    assert said(finished.run, turned) == [
        (
            "warning",
            "of these 160 rows, 32 equal rows of the sealed test part and 128 equal rows the network was trained on or "
            "chosen by; the score says less about new data.",
        )
    ]


def test_a_part_of_the_file_is_known_and_columns_that_are_no_inputs_do_not_count(finished, parts, tmp_path):
    held, trained = parts["test"][:3], parts["train"][:1]
    some = [{**rows()[k], "name": "somebody"} for k in (*held, *trained)]
    path = write_table(tmp_path / "some.csv", [*some, *rows(20, seed=12)])
    assert said(finished.run, path) == [
        (
            "warning",
            "of these 24 rows, 3 equal rows of the sealed test part and 1 equals a row the network was trained on or "
            "chosen by; the score says less about new data.",
        )
    ]
    chosen = write_table(tmp_path / "chosen.csv", [rows()[k] for k in parts["validation"]])
    assert said(finished.run, chosen) == [
        (
            "warning",
            "of these 26 rows, 26 equal rows the network was trained on or chosen by; "
            "the score says less about new data.",
        )
    ]


def test_a_few_equal_rows_are_natural_but_every_sealed_one_is_not(finished, parts, tmp_path):
    new = rows(700, seed=13)
    few = write_table(tmp_path / "few.csv", [*new, *(rows()[k] for k in parts["test"][:31])])
    assert said(finished.run, few) == []
    whole = write_table(tmp_path / "whole.csv", [*new, *(rows()[k] for k in parts["test"])])
    assert said(finished.run, whole) == [
        (
            "warning",
            "of these 732 rows, 32 equal rows of the sealed test part; the score says less about new data.",
        )
    ]


def test_other_labels_make_other_rows(finished, tmp_path):
    other = [{**row, "bought": "no" if row["bought"] == "yes" else "yes"} for row in rows()]
    assert said(finished.run, write_table(tmp_path / "other.csv", other)) == []


def test_a_run_without_hashes_or_with_damaged_ones_is_scored_and_it_is_said(finished, tmp_path):
    run = copy_of(finished.run, tmp_path / "runs" / "people-1")
    path = write_table(tmp_path / "turned.csv", rows(), COLUMNS[::-1])
    arrays, facts = load_archive(run / "split.safetensors")
    save_archive(run / "split.safetensors", {name: a for name, a in arrays.items() if name != "keys"}, facts)
    unknown = "whether the network has seen these rows is not known: "
    assert said(run, path) == [("note", unknown + "the run is of a version that kept no hashes.")]
    (run / "split.safetensors").write_bytes(b"")
    ((severity, text),) = said(run, path)
    assert severity == "note" and text.startswith(unknown) and "split.safetensors is damaged" in text
    (run / "split.safetensors").unlink()
    assert "split.safetensors: No such file" in said(run, path)[0][1]
