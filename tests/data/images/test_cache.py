"""Entries of kept images: whole or not at all, damaged ones, full disks, the bound, two processes at once."""

import errno
import os
import shutil
import time
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest

from thalweg.data.images import cache
from thalweg.data.images.cache import Filled, cache_folder, keep, recall

PIXELS = np.arange(3 * 2 * 5 * 1, dtype=np.uint8).reshape(3, 2, 5, 1)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def filling(rows=(0, 1, 2), *, lasting=True, meanwhile=lambda: None):
    def fill(put):
        for row in rows:
            put(row, PIXELS[row])
        meanwhile()
        return Filled([*rows], {"note": "café"}, lasting)

    return fill


def kept(folder, key="a", **options):
    return keep(folder, key, 3, (2, 5, 1), filling(**options))


def test_what_was_kept_comes_back_mapped_and_cannot_be_written(tmp_path):
    folder = tmp_path / "made" / "for it"
    first = kept(folder)
    entry = recall(folder, "a")
    for pixels in (first, entry.pixels):
        assert pixels.tolist() == PIXELS.tolist()
        assert type(pixels) is np.ndarray and not pixels.flags.writeable and isinstance(pixels.base, np.memmap)
    assert entry.facts == {"note": "café", "shape": [3, 2, 5, 1]}
    assert names(folder) == ["a.images"]
    assert (folder.stat().st_mode & 0o777, (folder / "a.images").stat().st_mode & 0o777) == (0o700, 0o600)
    assert recall(folder, "b") is None
    shutil.rmtree(folder)  # at any time: what is mapped stays
    assert entry.pixels.tolist() == PIXELS.tolist()


def test_an_entry_is_its_pixels_a_text_its_length_and_a_digest(tmp_path):
    kept(tmp_path)
    content = (tmp_path / "a.images").read_bytes()
    text = b'{"note": "caf\\u00e9", "shape": [3, 2, 5, 1]}'
    assert content[:-32] == PIXELS.tobytes() + text + len(text).to_bytes(8, "big")


def test_rows_without_an_image_leave_no_gap(tmp_path):
    assert kept(tmp_path, rows=(0, 2)).tolist() == PIXELS[[0, 2]].tolist()
    assert recall(tmp_path, "a").pixels.tolist() == PIXELS[[0, 2]].tolist()
    assert kept(tmp_path, key="none", rows=()).shape == (0, 2, 5, 1)
    assert recall(tmp_path, "none") is None


def test_what_is_not_to_be_kept_is_mapped_for_now(tmp_path):
    pixels = kept(tmp_path, lasting=False)
    assert names(tmp_path) == []
    assert pixels.tolist() == PIXELS.tolist()


def cut(content):
    return content[:-1]


def turned(content):
    return bytes([content[0] ^ 1]) + content[1:]


def other_facts(content):
    return content.replace(b'"shape": [3', b'"shape": [2')


@pytest.mark.parametrize("harm", [cut, turned, other_facts, lambda c: b"", lambda c: bytes(99), lambda c: c + b"x"])
def test_a_damaged_entry_is_noticed_removed_and_made_anew(tmp_path, harm):
    kept(tmp_path)
    path = tmp_path / "a.images"
    path.write_bytes(harm(path.read_bytes()))
    assert recall(tmp_path, "a") is None
    assert not path.exists()
    kept(tmp_path)
    assert recall(tmp_path, "a").pixels.tolist() == PIXELS.tolist()


def test_what_is_no_entry_but_in_its_place_costs_nothing(tmp_path):
    (tmp_path / "a.images").mkdir()
    assert recall(tmp_path, "a") is None
    os.mkfifo(tmp_path / "b.images")  # would wait for ever
    assert recall(tmp_path, "b") is None
    assert recall(tmp_path / ("x" * 300), "c") is None  # a name too long to be looked for


def test_a_full_disk_leaves_no_part(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left on device"):
        patch.setattr(os, "pwrite", full)
        kept(tmp_path)
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(2 * PIXELS.nbytes - 1))
    with pytest.raises(OSError, match="No space left on device"):
        kept(tmp_path)
    assert names(tmp_path) == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(2 * PIXELS.nbytes))
    kept(tmp_path)


def test_short_writes_go_on(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "pwrite", lambda file, content, place, real=os.pwrite: real(file, content[:3], place))
    assert kept(tmp_path, rows=(0, 2)).tolist() == PIXELS[[0, 2]].tolist()
    assert recall(tmp_path, "a") is not None


def test_a_stopped_write_leaves_no_part(tmp_path):
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept(tmp_path, meanwhile=stop)
    assert names(tmp_path) == []


def test_two_processes_at_once_both_get_theirs(tmp_path):
    inner = []
    outer = kept(tmp_path, meanwhile=lambda: inner.append(kept(tmp_path)))
    assert outer.tolist() == inner[0].tolist() == recall(tmp_path, "a").pixels.tolist() == PIXELS.tolist()
    assert names(tmp_path) == ["a.images"]


def test_what_was_not_used_for_longest_goes_first(tmp_path, monkeypatch):
    for age, key in ((30, "old"), (20, "older by name"), (10, "new")):
        kept(tmp_path, key=key)
        os.utime(tmp_path / f"{key}.images", (time.time() - age,) * 2)
    (tmp_path / "dead.part").write_bytes(b"")
    os.utime(tmp_path / "dead.part", (time.time() - 25 * 3600,) * 2)
    (tmp_path / "at work.part").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("somebody's")
    recall(tmp_path, "old")  # used now
    size = (tmp_path / "old.images").stat().st_size
    monkeypatch.setattr(cache, "MOST", 3 * size)
    kept(tmp_path, key="next")
    assert names(tmp_path) == ["at work.part", "new.images", "next.images", "notes.txt", "old.images"]
    monkeypatch.setattr(cache, "MOST", 1)
    kept(tmp_path, key="last")
    assert names(tmp_path) == ["at work.part", "last.images", "notes.txt"]


def test_where_images_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: Path("/home/me"))
    monkeypatch.delenv(cache.VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    assert cache_folder() == Path("/cache/thalweg/images")
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    assert cache_folder() == Path("/home/me/.cache/thalweg/images")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path("/home/me/.cache/thalweg/images")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    assert cache_folder() == tmp_path
    for off in ("off", "OFF", ""):
        monkeypatch.setenv(cache.VARIABLE, off)
        assert cache_folder() is None
    monkeypatch.delenv(cache.VARIABLE)

    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    assert cache_folder() is None
