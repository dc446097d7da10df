"""Trials on disk: each whole line is one, a torn last line is none, and anything else is refused."""

import json
import os

import pytest

from tests.search.records import record
from thalweg.errors import InputError
from thalweg.search.log import appending, read_trials

RUN = "the run"
RECORDS = [
    record(0, {"update.rate": 0.1 + 0.2, "network.layers.0.units": 64}, 1 / 3),
    record(2, {"update.kind": {"kind": "sgd"}, "list": [1, 2.5]}, float("nan"), failed=True, ending="no"),
    record(1, {"update.rate": 1e-300}, -1.5, stage="finalists", of=0, repeat=2, until=0),
]


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "trials.jsonl"
    with appending(path, RUN) as append:
        for one in RECORDS:
            append(one)
    return path


def test_what_is_appended_is_read_to_the_last_bit(log):
    assert repr(read_trials(log, RUN)) == repr(tuple(RECORDS))
    assert read_trials(log.with_name("none"), RUN) == ()


def test_further_trials_come_behind_the_others(log):
    with appending(log, RUN) as append:
        append(record(7, {}, 0.5))
    assert [one.number for one in read_trials(log, RUN)] == [0, 2, 1, 7]


def test_a_file_cut_anywhere_loses_the_line_that_was_cut_and_no_other(log):
    whole = log.read_bytes()
    ends = [k + 1 for k, byte in enumerate(whole) if byte == 10]
    for cut in (0, 1, ends[0] - 1, *ends, ends[1] + 5, ends[2] - 1, ends[3] - 1):
        log.write_bytes(whole[:cut])
        lines = sum(end <= cut for end in ends)
        assert len(read_trials(log, RUN)) == max(0, lines - 1)
        with appending(log, RUN) as append:
            append(record(9, {}, 0.5))
        assert [one.number for one in read_trials(log, RUN)] == [*[0, 2, 1][: max(0, lines - 1)], 9]


def test_a_trial_is_on_the_disk_when_the_call_returns(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_size))
    path = tmp_path / "trials.jsonl"
    with appending(path, RUN) as append:
        append(RECORDS[0])
        assert synced[-1] == path.stat().st_size


def test_a_line_that_cannot_be_written_whole_leaves_nothing(log, monkeypatch):
    before, write = log.read_bytes(), os.write

    def full(handle, content):
        if len(content) > 10:
            return write(handle, content[:10])
        raise OSError(28, "No space left on device")

    with appending(log, RUN) as append:
        monkeypatch.setattr(os, "write", full)
        told = r"^cannot write .*trials\.jsonl: No space left on device\. Free some space, or check the folder's"
        with pytest.raises(InputError, match=told):
            append(record(9, {}, 0.5))
        monkeypatch.undo()
    assert log.read_bytes() == before


def test_the_log_of_another_run_is_refused(log):
    with pytest.raises(InputError, match=r"trials\.jsonl holds the trials of another run\. Restore the file, or"):
        read_trials(log, "another")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", r"line 3 is damaged\. Restore the file, or search anew\."),
        ("[" * 100_000, r"line 3 is damaged"),
        ("[1]", r"line 3 is damaged"),
        ('{"number": 5}', r"line 3: proposal must be a table; got None"),
        ('{"proposal": {"point": {}, "epochs": 1}}', r"line 3 has no entry 'number'"),
        ('{"proposal": {"point": {}, "epochs": "1"}}', r"line 3: proposal: epochs must be a whole number"),
    ],
)
def test_a_damaged_line_is_named(log, line, told):
    lines = log.read_text().splitlines()
    lines[2] = line
    log.write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError, match=told):
        read_trials(log, RUN)


def test_a_trial_that_is_there_twice_is_refused(log):
    lines = log.read_text().splitlines()
    log.write_text("\n".join([*lines, lines[1]]) + "\n")
    with pytest.raises(InputError, match=r"holds trial 0 twice\. Restore the file, or search anew\."):
        read_trials(log, RUN)


def test_no_link_is_followed(tmp_path):
    (tmp_path / "elsewhere").write_text("untouched")
    (tmp_path / "trials.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="cannot write"), appending(tmp_path / "trials.jsonl", RUN):
        raise AssertionError
    assert (tmp_path / "elsewhere").read_text() == "untouched"


def test_every_line_is_json_that_others_can_read(log):
    head, *lines = map(json.loads, log.read_text().splitlines())
    assert head == {"format": 1, "run": RUN}
    assert [line["number"] for line in lines] == [0, 2, 1] and lines[1]["score"] is None
