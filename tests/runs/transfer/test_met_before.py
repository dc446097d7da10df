"""Rows that a trained network has learned from are told where they are judged on, however they come again."""

import numpy as np
import pytest

from tests.runs.small import COLUMNS, copy_of, quick, rows, write_table
from tests.runs.transfer.small import PLAN, opened_with, said
from thalweg.archive import load as load_archive
from thalweg.archive import save as save_archive
from thalweg.cli.main import main
from thalweg.data.split import Split
from thalweg.recipe import reproduce
from thalweg.runs.record import read_record
from thalweg.runs.transfer.learned_rows import Learned, learned_of
from thalweg.runs.transfer.met_before import met_before


def told(source, data, **options):
    examples, *_, transfer = opened_with(source, data, **options)
    return examples, said(transfer.record.remarks, "met_before")


def met(source, split, part):
    """How many rows of a part of the same data were learned from: trained on, of the test part chosen by, too."""
    old, _ = load_archive(source.run / "split.safetensors")
    learned = {*old["train"], *(old["validation"] if part == "test" else ())}
    return len(learned & set(getattr(split, part)))


def test_the_same_data_divided_alike_are_none_and_divided_otherwise_many(source, table):
    assert told(source, table)[1] == []
    examples, (text,) = told(source, table, split_seed=3)
    assert text == (
        f"the trained network that this run begins with has learned from {met(source, examples.split, 'validation')} "
        f"of 26 validation rows and {met(source, examples.split, 'test')} of 32 test rows, so that scores on them "
        "flatter. Divide the data as that run did, with --split-seed 0."
    )


def test_rows_are_known_by_what_the_network_knows_of_them_whatever_they_are_called(source, table, tmp_path):
    counted = "has learned from {} of 26 validation rows and {} of 32 test rows"
    examples, _ = told(source, table, split_seed=3)
    wanted = counted.format(met(source, examples.split, "validation"), met(source, examples.split, "test"))
    # Other labels, the columns in another order, one column more.
    named = [{**row, "bought": {"yes": "true", "no": "false"}[row["bought"]]} for row in rows()]
    other = write_table(tmp_path / "other.csv", named, COLUMNS[::-1])
    (text,) = told(source, other, split_seed=3, drop=("price",))[1]
    assert wanted in text and text.endswith("Judge on other rows, of --validation-data and --test-data.")
    (text,) = told(source, table, split_seed=3, target="price", drop=("bought", "size"))[1]
    assert "has learned from" in text


def test_folds_judge_on_rows_that_were_trained_on(source, table):
    (text,) = told(source, table, folds=4)[1]
    assert text == (
        "the trained network that this run begins with has learned from 102 of 128 rows that the folds judge on, so "
        "that scores on them flatter. Leave out --folds, or take rows for it that the network has not seen."
    )


def test_rows_that_equal_others_by_nature_accuse_nobody(tmp_path):
    # Five values of one column: nearly every row of any part has its like among those trained on.
    few = [{"age": str(20 + k % 5), "bought": "yes" if k % 5 > 2 else "no"} for k in range(160)]
    table = write_table(tmp_path / "few.csv", few, ("age", "bought"))
    layers = ("network.layers=[{kind='dense',units=1}]", *PLAN)
    options = {"drop": (), "epochs": 1, "settings": layers, "numeric": "age"}
    one = quick(table, tmp_path / "runs", **options)
    assert told(one, table, **{**options, "settings": PLAN})[1] == []


def test_what_the_other_run_began_with_is_not_forgotten(source, table, tmp_path):
    new = write_table(tmp_path / "new.csv", rows(seed=5))
    second = quick(new, tmp_path / "second", from_run=source.run, epochs=1, settings=PLAN)
    examples, (text,) = told(second, table, split_seed=3)
    assert f"{met(source, examples.split, 'validation')} of 26 validation rows" in text
    assert told(second, table)[1] == []  # divided as the first one did, though the one between has other rows
    seen = learned_of(second.run, read_record(second.run))
    assert len(seen.seen.trained) == 2 * 102 and len(seen.seen.chosen) == 2 * 26
    again, _ = reproduce(second.run, out=tmp_path / "again")
    assert learned_of(again.run, read_record(again.run)).seen.trained.tolist() == seen.seen.trained.tolist()


@pytest.mark.parametrize("damage", ["gone", "hashless", "wrong"])
def test_where_that_is_not_known_it_is_said(source, table, tmp_path, damage):
    other = copy_of(source.run, tmp_path / "other")
    path = other / "split.safetensors"
    arrays, facts = load_archive(path)
    path.unlink()
    if damage != "gone":
        changed = {} if damage == "hashless" else {"inputs": np.zeros(3)}
        save_archive(path, {**{n: a for n, a in arrays.items() if n != "inputs"}, **changed}, facts)
    (text,) = told(source, table, from_run=other)[1]
    assert text.startswith("which rows the trained network has learned from is not known: ")
    said_so = {"gone": "cannot read", "hashless": "has no hashes of inputs."}
    assert said_so.get(damage, "does not hold a hash of each row.") in text
    # Nor is it known of a run that begins with that one.
    third = quick(table, tmp_path / "third", from_run=other, epochs=1, settings=PLAN)
    assert isinstance(learned_of(third.run, read_record(third.run)), str)


def test_a_part_without_rows_is_left_out(source, table):
    record = read_record(source.run)
    learned = learned_of(source.run, record)
    assert isinstance(learned, Learned)
    examples, _ = told(source, table, split_seed=3)
    split = Split(examples.split.train, examples.split.validation, np.zeros(0, int))
    given = (source.run, record, learned, examples.source, split)
    assert "test rows" not in met_before(*given, folds=False)[0].text


def test_opening_the_test_part_says_it_again(source, table, tmp_path, capsys):
    found = quick(table, tmp_path / "runs", from_run=source.run, epochs=1, settings=PLAN, split_seed=3)
    (text,) = said(found.outcome.remarks, "met_before")
    assert main(["evaluate", str(found.run), "--test"]) == 0
    out = capsys.readouterr()
    assert f"warning: {text}" in out.out + out.err
