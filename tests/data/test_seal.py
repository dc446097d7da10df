"""The ledger of openings: counted by data, refused a second time, safe against two processes and broken files."""

import fcntl
import json
import threading
from pathlib import Path

import pytest

from thalweg.data.seal import LEDGER, check_opening, count_openings, record_opening
from thalweg.errors import InputError


def open_once(folder: Path, fingerprint: str = "ab", *, again: bool = True) -> int:
    return record_opening(folder, fingerprint=fingerprint, run="adult-1", when="2026-01-02T03:04:05", again=again)


def test_openings_are_counted_by_data(tmp_path):
    assert count_openings(tmp_path, "ab") == 0
    assert [open_once(tmp_path), open_once(tmp_path), open_once(tmp_path, "cd")] == [1, 2, 1]
    assert [count_openings(tmp_path, name) for name in ("ab", "cd", "ef")] == [2, 1, 0]


def test_the_ledger_is_plain_json(tmp_path):
    open_once(tmp_path)
    written = json.loads((tmp_path / LEDGER).read_text())
    assert written == {"openings": [{"fingerprint": "ab", "run": "adult-1", "when": "2026-01-02T03:04:05"}]}


def test_a_first_opening_is_allowed_and_a_second_refused_without_the_flag(tmp_path):
    check_opening(tmp_path, "ab", again=False)
    open_once(tmp_path, again=False)
    said = r"opened once before, last by run 'adult-1' on 2026-01-02T03:04:05 .* once more with --again"
    with pytest.raises(InputError, match=said):
        check_opening(tmp_path, "ab", again=False)
    with pytest.raises(InputError, match=said):
        open_once(tmp_path, again=False)
    assert count_openings(tmp_path, "ab") == 1
    check_opening(tmp_path, "ab", again=True)
    check_opening(tmp_path, "cd", again=False)
    open_once(tmp_path)
    with pytest.raises(InputError, match="opened 2 times before"):
        check_opening(tmp_path, "ab", again=False)


def test_an_opening_waits_for_another_that_is_being_written(tmp_path):
    open_once(tmp_path)
    with (tmp_path / f".{LEDGER}.lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = threading.Thread(target=open_once, args=(tmp_path,))
        waiting.start()
        waiting.join(0.1)
        assert waiting.is_alive()
        assert count_openings(tmp_path, "ab") == 1
    waiting.join()
    assert count_openings(tmp_path, "ab") == 2


def test_a_folder_that_is_not_there_has_no_openings(tmp_path):
    assert count_openings(tmp_path / "none", "ab") == 0
    with pytest.raises(InputError, match=r"cannot write in .*none: No such file or directory\. Make it writable"):
        open_once(tmp_path / "none")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"openings": 3}',
        b'{"openings": ""}',
        b'{"openings": [{"run": "a"}]}',
        b'{"openings": ["x"]}',
        b"\xff",
        b"[" * 10**5,
    ],
)
def test_refuses_a_damaged_ledger_and_leaves_it_alone(tmp_path, content):
    (tmp_path / LEDGER).write_bytes(content)
    for act in (open_once, lambda folder: count_openings(folder, "ab")):
        with pytest.raises(InputError, match=f"{LEDGER} is damaged: .* Move it away to count anew"):
            act(tmp_path)
    assert (tmp_path / LEDGER).read_bytes() == content
