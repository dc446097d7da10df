"""Another process, with other hash seeds and threads, gives the same bits and the same predictions."""

import os
import subprocess
import sys

import polars

from tests.runs.small import contents, quick
from thalweg.runs.loading import load
from thalweg.runs.predicting import predict_rows

AGAIN = """
import pathlib, sys
from tests.runs.small import quick
from thalweg.runs.predicting import predict_file, write_predictions

table, folder, run = map(pathlib.Path, sys.argv[1:])
quick(table, folder)
write_predictions(folder / "new.parquet", predict_file(run, str(table)).table)
"""


def test_another_process_gives_the_same_bits_and_predictions(table, finished, tmp_path):
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "POLARS_MAX_THREADS": "1"}
    child = subprocess.run(
        [sys.executable, "-c", AGAIN, str(table), str(tmp_path), str(finished.run)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert child.returncode == 0, child.stderr
    ours, theirs = contents(finished.run), contents(tmp_path / "people-1")
    for name in ("model.safetensors", "split.safetensors", "schema.json", "seal.json"):
        assert ours[name] == theirs[name], name
    fresh = polars.read_parquet(tmp_path / "new.parquet")
    assert fresh.equals(load(finished.run).predict(str(table)))
    assert fresh.equals(predict_rows(finished.model, str(table)).table)  # in the process that trained it


def test_a_second_run_in_one_process_gives_the_same_bits(table, finished, tmp_path):
    again = quick(table, tmp_path)
    assert (again.run / "model.safetensors").read_bytes() == (finished.run / "model.safetensors").read_bytes()
