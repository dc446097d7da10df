"""An output replaces an older output, whole, and nothing that would be missed."""

import os
import stat

import pytest

from thalweg.cli.output import LEDGER, place_of_output
from thalweg.data import seal
from thalweg.errors import InputError


@pytest.fixture
def new(tmp_path):
    """The input."""
    path = tmp_path / "new.csv"
    path.write_text("a\n1\n")
    return path


@pytest.fixture
def run(tmp_path):
    """A run directory with a checkpoint."""
    folder = tmp_path / "runs" / "first"
    (folder / "checkpoint").mkdir(parents=True)
    for name in ("experiment.json", "model.safetensors", "checkpoint/1.safetensors"):
        (folder / name).write_text("whole")
    return folder


def refused(out, new):
    with pytest.raises(InputError) as caught:
        place_of_output(out, new)
    return str(caught.value)


def test_an_older_output_is_replaced_whole(thalweg, flowers, first, tmp_path):
    out, other = tmp_path / "out.csv", tmp_path / "other.csv"
    out.write_text("old " * 10_000)
    os.link(out, other)
    assert thalweg("predict", first, flowers / "new.csv", "-o", out).exit == 0
    assert out.read_text().startswith("plant,prediction,") and out.read_text().count("\n") == 4
    assert other.read_text() == "old " * 10_000  # what another name leads to is not touched
    assert not list(tmp_path.glob("*.part"))


def test_json_and_predictions_cannot_share_standard_output(thalweg, tmp_path):
    said = thalweg("predict", tmp_path, tmp_path / "new.csv", "--json")
    assert said.exit == 2 and said.facts["error"] == (
        "--json needs standard output for itself. Say with -o FILE where the predictions go."
    )


def test_a_link_is_followed(thalweg, flowers, first, tmp_path):
    out, target = tmp_path / "out.csv", tmp_path / "target.csv"
    target.write_text("old")
    out.symlink_to(target)
    assert thalweg("predict", first, flowers / "new.csv", "-o", out).exit == 0
    assert out.is_symlink() and target.read_text().startswith("plant,prediction,")


def test_a_new_place_is_left_as_it_was_given(new, tmp_path):
    assert place_of_output(tmp_path / "out.csv", new) == tmp_path / "out.csv"
    assert place_of_output(tmp_path / "out.csv", tmp_path / "digits") == tmp_path / "out.csv"
    for strange in ("a\0b", "o" * 300):
        assert str(place_of_output(tmp_path / strange, new)) == str(tmp_path / strange)
    (tmp_path / "ring").symlink_to(tmp_path / "ring")
    assert place_of_output(tmp_path / "ring", new) == tmp_path / "ring"


def test_the_input_is_not_written_over_by_whatever_name(new, tmp_path):
    (tmp_path / "link.csv").symlink_to(new)
    os.link(new, tmp_path / "hard.csv")
    for out in (new, tmp_path / "link.csv", tmp_path / "hard.csv", tmp_path / "x" / ".." / "new.csv"):
        (tmp_path / "x").mkdir(exist_ok=True)
        assert "is the file with the new rows, which would be lost" in refused(out, new)
    assert "is the file with the new rows" in refused(new, tmp_path / "link.csv")


def test_nothing_is_put_among_the_images_of_the_input(tmp_path):
    (tmp_path / "images" / "cats").mkdir(parents=True)
    assert "lies in the folder with the new rows" in refused(
        tmp_path / "images" / "cats" / "1.png", tmp_path / "images"
    )
    assert place_of_output(tmp_path / "out.csv", tmp_path / "images") == tmp_path / "out.csv"


@pytest.mark.parametrize("name", ["model.safetensors", "out.csv", "checkpoint/1.safetensors", "checkpoint/out.csv"])
def test_a_run_is_not_written_into_by_whatever_name(new, run, tmp_path, name):
    assert "lies in a run directory" in refused(run / name, new)
    (tmp_path / "way").symlink_to(run)
    assert "lies in a run directory" in refused(tmp_path / "way" / name, new)
    (tmp_path / "file").symlink_to(run / name)  # which need not be there yet
    assert "lies in a run directory" in refused(tmp_path / "file", new)


def test_a_hard_link_to_a_file_of_a_run_leaves_that_as_it_is(thalweg, flowers, first, tmp_path):
    before = (first / "model.safetensors").read_bytes()
    os.link(first / "model.safetensors", tmp_path / "out.csv")
    assert thalweg("predict", first, flowers / "new.csv", "-o", tmp_path / "out.csv").exit == 0
    assert (first / "model.safetensors").read_bytes() == before
    assert (tmp_path / "out.csv").read_text().startswith("plant,")


def test_the_ledger_is_not_written_over(new, tmp_path):
    assert LEDGER == seal.LEDGER
    for name in (LEDGER, f".{LEDGER}.lock"):
        assert "counts openings of test parts" in refused(tmp_path / name, new)


def test_a_pipe_or_a_device_is_not_replaced(thalweg, flowers, first, new, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/null")
    for name in ("pipe", "link"):
        said = thalweg("predict", first, flowers / "new.csv", "-o", tmp_path / name)
        assert said.exit == 2 and "is a device or a pipe" in said.err
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode) and (tmp_path / "link").is_symlink()
