"""The data of a run and their parts: as asked, and the same again from the file of parts."""

import numpy as np
import pytest

from tests.runs.small import rows, write_table
from thalweg.archive import save
from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.runs.examples import load_row_keys, load_split, open_examples, save_split

KEYS = np.arange(6, dtype=np.uint64) + 2**63
SPLIT = Split(np.array([0, 3, 4]), np.array([1]), np.array([2, 5]))


def test_parts_are_drawn_or_given(table, tmp_path):
    other = write_table(tmp_path / "other.csv", rows(30, seed=1))
    third = write_table(tmp_path / "third.csv", rows(20, seed=2))
    reading = {"target": "bought"}
    drawn = open_examples(str(table), reading=reading)
    assert [len(part) for part in drawn.split] == [102, 26, 32]
    assert drawn.sealed == drawn.source.fingerprint
    one = open_examples(str(table), reading=reading, validation_data=str(other))
    assert [len(part) for part in one.split] == [128, 30, 32]
    assert one.split.validation.tolist() == list(range(160, 190))
    assert one.split.test.tolist() == drawn.split.test.tolist()
    assert one.sealed == drawn.sealed != one.source.fingerprint
    both = open_examples(str(table), reading=reading, validation_data=str(other), test_data=str(third))
    assert [len(part) for part in both.split] == [160, 30, 20]
    assert both.split.test.tolist() == list(range(190, 210))
    assert both.sealed not in (drawn.sealed, both.source.fingerprint)
    again = open_examples(str(other), reading=reading, test_data=str(third))
    assert again.sealed == both.sealed
    assert sum(remark.kind == "task" for remark in both.remarks) == 1


def test_the_parts_come_back_as_they_were(tmp_path):
    save_split(tmp_path / "s.safetensors", SPLIT, KEYS, "me")
    found = load_split(tmp_path / "s.safetensors", 6, "me")
    assert [part.tolist() for part in found] == [part.tolist() for part in SPLIT]
    assert {part.dtype for part in found} == {np.dtype(np.int64)}


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"test": np.array([2, 6])}, "is of other data: its row numbers do not fit 6 rows"),
        ({"test": np.array([2, -1])}, "is of other data"),
        ({"test": np.array([2, 0])}, "is of other data"),
        ({"test": np.array([2.0])}, "does not hold the three parts"),
        ({"test": np.array([[2]])}, "does not hold the three parts"),
        ({"keys": np.zeros(5, np.uint64)}, "does not hold a key for each of 6 rows"),
        ({"keys": np.zeros(6)}, "does not hold a key for each of 6 rows"),
        ({"train": np.zeros(0, np.int64)}, "leaves no rows to train on or none to choose by"),
        ({"validation": np.zeros(0, np.int64)}, "leaves no rows to train on or none to choose by"),
    ],
)
def test_parts_that_cannot_be_are_refused(tmp_path, arrays, message):
    save(tmp_path / "s.safetensors", {**SPLIT._asdict(), **arrays}, {"run": "me"})
    with pytest.raises(InputError, match=message):
        load_split(tmp_path / "s.safetensors", 6, "me")


def test_parts_of_another_run_are_refused(tmp_path):
    save_split(tmp_path / "s.safetensors", SPLIT, KEYS, "me")
    with pytest.raises(InputError, match=r"is of another run\. Put back the run's own file"):
        load_split(tmp_path / "s.safetensors", 6, "you")
    save(tmp_path / "s.safetensors", {"train": SPLIT.train}, {"run": "me"})
    with pytest.raises(InputError, match="does not hold the three parts"):
        load_split(tmp_path / "s.safetensors", 6, "me")


def test_the_keys_of_the_rows_come_back_and_may_be_missing(tmp_path):
    save_split(tmp_path / "s.safetensors", SPLIT, KEYS, "me")
    found = load_row_keys(tmp_path / "s.safetensors", "me")
    assert found is not None and found.dtype == np.uint64 and found.tolist() == KEYS.tolist()
    with pytest.raises(InputError, match=r"is of another run\."):
        load_row_keys(tmp_path / "s.safetensors", "you")
    save(tmp_path / "s.safetensors", SPLIT._asdict(), {"run": "me"})
    assert load_row_keys(tmp_path / "s.safetensors", "me") is None
    assert load_split(tmp_path / "s.safetensors", 6, "me").train.tolist() == [0, 3, 4]


@pytest.mark.parametrize("keys", [np.zeros(6), np.zeros((6, 1), np.uint64), np.zeros(6, np.int64)])
def test_keys_that_are_none_are_refused(tmp_path, keys):
    save(tmp_path / "s.safetensors", {**SPLIT._asdict(), "keys": keys}, {"run": "me"})
    with pytest.raises(InputError, match="does not hold a key for each row"):
        load_row_keys(tmp_path / "s.safetensors", "me")
