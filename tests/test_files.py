"""Files are written whole or not at all, whatever fails; files read are held to a size."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from thalweg.errors import InputError
from thalweg.files import read_limited, write_whole

OLD, NEW = b"old content", b"new content, which is longer" * 1000

# Every call that touches the disk, in the order in which write_whole makes them.
STEPS = [
    "unlink x.part",
    "open x.part",
    "write",
    "flush",
    "fsync file",
    "close",
    "replace",
    "open folder",
    "fsync folder",
    "close folder",
    "unlink x.part again",
]
REPLACED_BY = STEPS.index("replace")


class Faults:
    """Stands in for the disk: counts the calls and lets one of them fail."""

    def __init__(self, monkeypatch, at=None, error=None):
        self.calls, self.at, self.error = [], at, error
        unlink, open_file, replace = Path.unlink, Path.open, Path.replace
        open_folder, fsync, close = os.open, os.fsync, os.close
        folders = set()

        def folder_opened(path, flags):
            self.call("open folder")
            folders.add(handle := open_folder(path, flags))
            return handle

        def folder_closed(handle):
            folders.discard(handle)
            close(handle)  # Linux gives the number back even when close fails
            self.call("close folder")

        def synced(handle):
            self.call("fsync folder" if handle in folders else "fsync file")
            fsync(handle)

        def unlinked(path, missing_ok=False):
            self.call(f"unlink {path.name}{' again' if f'unlink {path.name}' in self.calls else ''}")
            unlink(path, missing_ok=missing_ok)

        def opened(path, mode):
            self.call(f"open {path.name}")
            return FaultyFile(open_file(path, mode), self)

        def replaced(path, target):
            self.call("replace")
            replace(path, target)

        monkeypatch.setattr(Path, "unlink", unlinked)
        monkeypatch.setattr(Path, "open", opened)
        monkeypatch.setattr(Path, "replace", replaced)
        monkeypatch.setattr("thalweg.files.os", _Os(folder_opened, synced, folder_closed))

    def call(self, name):
        self.calls.append(name)
        if len(self.calls) - 1 == self.at:
            raise self.error


class _Os:
    O_RDONLY = os.O_RDONLY

    def __init__(self, open_folder, fsync, close):
        self.open, self.fsync, self.close = open_folder, fsync, close


class FaultyFile:
    """A file whose write stops half-way when its turn to fail has come."""

    def __init__(self, file, faults):
        self.file, self.faults = file, faults

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.faults.call("close")

    def fileno(self):
        return self.file.fileno()

    def flush(self):
        self.file.flush()
        self.faults.call("flush")

    def write(self, content):
        self.file.write(content[: len(content) // 2])
        self.faults.call("write")
        self.file.write(content[len(content) // 2 :])


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_steps_are_all_the_steps(tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        faults = Faults(patch)
        write_whole(tmp_path / "x", NEW)
    assert faults.calls == STEPS
    assert (tmp_path / "x").read_bytes() == NEW
    assert left_in(tmp_path) == ["x"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO], ids=errno.errorcode.get)
@pytest.mark.parametrize("before", [None, OLD], ids=["new file", "old file"])
@pytest.mark.parametrize("step", range(len(STEPS)), ids=STEPS)
def test_whatever_step_fails_the_file_is_old_or_new_and_no_part_is_left(tmp_path, step, before, number):
    path = tmp_path / "x"
    if before is not None:
        path.write_bytes(before)
    reason = os.strerror(number)
    with pytest.MonkeyPatch.context() as patch:
        Faults(patch, at=step, error=OSError(number, reason))
        if step < len(STEPS) - 1:
            with pytest.raises(InputError) as caught:
                write_whole(path, NEW)
            advice = "Free some space or choose" if number == errno.ENOSPC else "Choose"
            assert str(caught.value) == f"cannot write {path}: {reason}. {advice} another place."
        else:
            write_whole(path, NEW)  # the content is there; that tidying up failed changes nothing
    assert left_in(tmp_path) == (["x"] if before is not None or step > REPLACED_BY else [])
    if path.exists():
        assert path.read_bytes() == (NEW if step > REPLACED_BY else before)


@pytest.mark.parametrize("step", range(1, len(STEPS) - 1), ids=STEPS[1:-1])
def test_an_interruption_leaves_no_part_either(tmp_path, step):
    path = tmp_path / "x"
    path.write_bytes(OLD)
    with pytest.MonkeyPatch.context() as patch:
        Faults(patch, at=step, error=KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            write_whole(path, NEW)
    assert left_in(tmp_path) == ["x"]
    assert path.read_bytes() == (NEW if step > REPLACED_BY else OLD)


def test_an_error_without_words_is_told_by_its_name(tmp_path, monkeypatch):
    Faults(monkeypatch, at=2, error=OSError("disk gone"))
    with pytest.raises(InputError, match=r": disk gone\. Choose another place\.$"):
        write_whole(tmp_path / "x", NEW)


CHILD = """
import resource, sys
from pathlib import Path
from thalweg.errors import InputError
from thalweg.files import write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_whole(Path(sys.argv[1]), b"x" * int(sys.argv[2]))
except InputError as error:
    print(error)
"""


@pytest.mark.parametrize(("size", "text"), [(1000, ""), (1001, "File too large"), (5_000_000, "File too large")])
def test_a_real_limit_on_the_size_of_files_is_met_in_words(tmp_path, size, text):
    path = tmp_path / "x"
    path.write_bytes(OLD)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", CHILD, str(path), str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    said = f"cannot write {path}: {text}. Choose another place.\n" if text else ""
    assert (done.stdout, done.stderr) == (said, "")
    assert path.read_bytes() == (OLD if text else b"x" * size)
    assert left_in(tmp_path) == ["x"]


@pytest.mark.parametrize("content", [b"", b"\x00", NEW])
def test_what_was_written_is_read(tmp_path, content):
    path = tmp_path / "x"
    for _ in range(2):
        write_whole(path, content)
        assert read_limited(path, len(content)) == content


def test_a_part_left_by_a_killed_process_is_replaced(tmp_path):
    (tmp_path / "x.part").write_bytes(b"half")
    write_whole(tmp_path / "x", NEW)
    assert left_in(tmp_path) == ["x"]


def test_a_link_in_the_place_of_the_part_or_the_file_is_not_followed(tmp_path):
    run, elsewhere = tmp_path / "run", tmp_path / "elsewhere"
    run.mkdir()
    elsewhere.write_bytes(OLD)
    (run / "x.part").symlink_to(elsewhere)
    (run / "x").symlink_to(elsewhere)
    write_whole(run / "x", NEW)
    assert elsewhere.read_bytes() == OLD
    assert not (run / "x").is_symlink()
    assert (run / "x").read_bytes() == NEW
    assert left_in(run) == ["x"]


def test_a_link_put_there_at_the_last_moment_is_not_followed_either(tmp_path, monkeypatch):
    elsewhere, unlink = tmp_path / "elsewhere", Path.unlink
    elsewhere.write_bytes(OLD)

    def raced(path, missing_ok=False):
        unlink(path, missing_ok=missing_ok)
        path.symlink_to(elsewhere)

    monkeypatch.setattr(Path, "unlink", raced)
    with pytest.raises(InputError, match=r"x: File exists\. Choose"):
        write_whole(tmp_path / "x", NEW)
    assert elsewhere.read_bytes() == OLD


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing/x", "No such file or directory. Make its folder first, or choose another place."),
        ("file/x", "Not a directory. Choose another place."),
        ("folder", "Is a directory. Name a file in it, or choose another place."),
        ("n" * 300, "File name too long. Choose another place."),
        ("n" * 254, "File name too long. Choose another place."),  # with .part
        ("a\0b", "no file can have this name. Choose another place."),
        ("\ud800", "no file can have this name. Choose another place."),
    ],
)
def test_a_place_that_no_file_can_have_is_refused(tmp_path, name, reason):
    (tmp_path / "file").write_bytes(OLD)
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError) as caught:
        write_whole(tmp_path / name, NEW)
    assert str(caught.value) == f"cannot write {tmp_path / name}: {reason}"
    assert left_in(tmp_path) == ["file", "folder"]
    assert not left_in(tmp_path / "folder")


@pytest.mark.parametrize("path", [Path(), Path("/")])
def test_a_path_without_a_name_is_refused(path):
    with pytest.raises(InputError, match=rf"^cannot write {path}: it names no file\. Choose another place\.$"):
        write_whole(path, NEW)


def test_a_file_over_the_limit_is_refused_by_both_numbers(tmp_path):
    path = tmp_path / "x"
    with path.open("wb") as file:
        file.truncate(2**40)  # a terabyte that takes no room: reading it would end the process
    with pytest.raises(InputError) as caught:
        read_limited(path, 2**20)
    assert str(caught.value) == (
        f"{path} has 1,099,511,627,776 bytes; at most 1,048,576 are read here. Use a smaller file."
    )
    path.write_bytes(b"abc")
    assert read_limited(path, 3) == b"abc"
    with pytest.raises(InputError, match="has 3 bytes; at most 2 are"):
        read_limited(path, 2)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing", "No such file or directory. Check its name and its permissions."),
        ("file/x", "Not a directory. Check"),
        ("loop", "Too many levels of symbolic links. Check"),
        ("a\0b", "no file can have this name"),
        ("folder", "it is a folder or a device. Name a file."),
        ("pipe", "it is a folder or a device. Name a file."),
        ("zeros", "it is a folder or a device. Name a file."),
    ],
)
def test_what_is_no_file_is_refused_at_once(tmp_path, name, reason):
    (tmp_path / "file").write_bytes(OLD)
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "zeros").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError) as caught:
        read_limited(tmp_path / name, 100)
    assert str(caught.value).startswith(f"cannot read {tmp_path / name}: {reason}")


def test_a_denied_read_is_said(tmp_path, monkeypatch):
    path = tmp_path / "x"
    path.write_bytes(OLD)
    Faults(monkeypatch, at=0, error=PermissionError(errno.EACCES, "Permission denied"))
    with pytest.raises(InputError, match=r"x: Permission denied\. Check its name and its permissions\.$"):
        read_limited(path, 100)


def test_no_more_is_read_than_the_file_had_at_first(tmp_path, monkeypatch):
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    open_file = Path.open

    def grown(path, mode):
        with open_file(path, "ab") as file:
            file.write(b"d" * 1000)
        return open_file(path, mode)

    monkeypatch.setattr(Path, "open", grown)
    assert read_limited(path, 3) == b"abc"
