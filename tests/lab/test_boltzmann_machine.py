"""The page of the Boltzmann machine: on planted pictures, verdicts that can fail, what is refused."""

import base64
import gzip
import io
import struct

import numpy as np
import pytest
from PIL import Image

from thalweg.errors import InputError
from thalweg.lab import boltzmann_machine as page
from thalweg.lab import boltzmann_machine_runs as runs
from thalweg.lab.boltzmann_machine import boltzmann_machine, sheet_of
from thalweg.lab.boltzmann_machine_figures import receptive_fields
from thalweg.lab.boltzmann_machine_runs import load_images, measure
from thalweg.lab.sheet_page import render_sheet
from thalweg.report.tiles import tiles

SIDE = 4


def write(path, pixels):
    head = struct.pack(
        f">HBB{pixels.ndim}I", 0, {"uint8": 8, "float32": 13}[pixels.dtype.name], pixels.ndim, *pixels.shape
    )
    path.write_bytes(gzip.compress(head + pixels.astype(pixels.dtype.newbyteorder(">")).tobytes()))


def bars(count, seed):
    """Pictures whose rows are on or off as a whole, a few greys among them."""
    on = np.random.default_rng(seed).integers(0, 2, (count, SIDE, 1))
    return (on.repeat(SIDE, axis=2) * np.array([255, 255, 255, 200])).astype(np.uint8)


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "train-images-idx3-ubyte.gz", bars(240, 0))
    write(tmp_path / "t10k-images-idx3-ubyte.gz", bars(40, 1))
    return tmp_path


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    for name, value in (("SMALL", 6), ("SMALL_EPOCHS", 30), ("BATCH", 20), ("LONG", 50), ("EVERY", 5)):
        patch.setattr(runs, name, value)
    place, said = tmp_path_factory.mktemp("planted"), []
    write(place / "train-images-idx3-ubyte", bars(240, 0))
    write(place / "t10k-images-idx3-ubyte", bars(40, 1))
    measured = measure(load_images(place, 0), hidden=6, epochs=30, betas=300, seed=0, say=said.append)
    patch.undo()
    return measured, said


def shown(plate):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(plate.picture.address.partition(",")[2]))))


def test_every_claim_holds_on_planted_pictures(found):  # P1
    measured, said = found
    sheet = sheet_of(measured, 0)
    assert sheet.disagreements() == () and len(sheet.claims) == 4  # published numbers are of 500 hidden units
    assert said[0] == "summing over all 2^6 hidden states of a machine of 6"
    assert said[1].startswith("epoch 1 of 30: free energy") and len(said) == 32
    assert [row[0] for row in sheet.tables[1].rows] == ["1", "5", "10", "15", "20", "25", "30"]
    text = render_sheet(sheet)
    assert "A machine of 6 hidden units, trained for 30 epochs, gives" in text and "6 hidden units, exact" in text


def test_samples_and_receptive_fields_are_drawn(found):  # V9
    measured, _ = found
    drawn, walk, fields = sheet_of(measured, 0).galleries
    means = measured.samples.means[-1]
    first = np.rint(255 * means[0].reshape(SIDE, SIDE)).astype(np.uint8)
    np.testing.assert_array_equal(shown(drawn.plates[0])[:SIDE, :SIDE], first)
    assert shown(drawn.plates[1]).shape == (4 * (SIDE + 1) - 1, 10 * (SIDE + 1) - 1)  # 40 validation images
    assert shown(walk.plates[0]).shape == (10 * (SIDE + 1) - 1, 11 * (SIDE + 1) - 1)  # a row a chain, its image first
    weights = np.asarray(measured.trained.machine.weights, np.float64)[:, 0].reshape(SIDE, SIDE)
    shade = np.rint(128 + 127 * weights / np.abs(weights).max())
    np.testing.assert_array_equal(shown(fields.plates[0])[:SIDE, :SIDE], shade)
    assert receptive_fields(measured.small, (SIDE, SIDE)).shape == tiles(np.zeros((6, SIDE, SIDE), np.uint8), 10).shape


def test_what_does_not_hold_is_said(found):
    measured, _ = found
    off = measured.judged.forward._replace(log_z=measured.judged.forward.log_z - 5)
    wrong = (
        (measured._replace(small_exact=measured.small_exact + 50), "annealing agrees with the exact log Z"),
        (measured._replace(judged=measured.judged._replace(forward=off)), "Both sides of the large machine's log Z"),
        (measured._replace(small_judged=measured.small_judged._replace(forward=off)), "Annealed back"),
    )
    for changed, sentence in wrong:
        assert any(sentence in one for one in sheet_of(changed, 0).disagreements())
    history = measured.trained.history
    falling = history._replace(pseudo_log_likelihood=history.pseudo_log_likelihood[::-1])
    changed = measured._replace(trained=measured.trained._replace(history=falling))
    assert "Training makes training images more likely" in sheet_of(changed, 0).disagreements()[0]


def test_published_numbers_are_held_against_500_units_and_the_lower_likelihood(found):
    measured, _ = found
    machine = measured.trained.machine
    wide = machine._replace(weights=np.zeros((SIDE * SIDE, 500), np.float32), hidden_bias=np.zeros(500, np.float32))
    for likely, holds in ((-105.0, True), (-106.0, False)):
        judged = measured.judged._replace(likelihood=-90.0, likelihood_backward=likely)
        changed = measured._replace(trained=measured.trained._replace(machine=wide), judged=judged)
        claim = sheet_of(changed, 0).claims[-1]
        assert claim.holds is holds and claim.measured == f"{likely:.2f}"
        assert claim.expected == "above -105.5; published: CD-1 -125.5, CD-3 -105.5, CD-25 -86.3"


def test_images_are_parted_and_test_pixels_drawn_by_the_seed(folder):
    images, again, other = (load_images(folder, seed) for seed in (0, 0, 1))
    assert (len(images.training), len(images.validation), images.size) == (200, 40, (SIDE, SIDE))
    assert set(np.unique(images.test)) == {0.0, 1.0}
    whole = bars(40, 1).reshape(40, -1)
    assert (images.test[whole == 255] == 1).all() and (images.test[whole == 0] == 0).all()
    assert 0.6 < images.test[whole == 200].mean() < 0.95  # 200 / 255 = 0.78, of about 80 pixels
    np.testing.assert_array_equal(images.test, again.test)
    np.testing.assert_array_equal(images.training, again.training)
    assert not np.array_equal(images.test, other.test) and not np.array_equal(images.training, other.training)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"hidden": 0}, "--hidden must be 1 or more; got 0"),
        ({"epochs": 0}, "--epochs must be 1 or more; got 0"),
        ({"betas": 2}, "--temperatures must be 3 or more; got 2"),
        ({"seed": -1}, "a seed must be a whole number"),
    ],
)
def test_numbers_out_of_range_are_refused(folder, words, sentence):
    with pytest.raises(InputError, match=sentence):
        boltzmann_machine(folder, **words)


def test_a_folder_without_the_files_is_refused(folder):
    with pytest.raises(InputError, match=r"is no folder\. Give the one of MNIST's files"):
        load_images(folder / "nowhere", 0)
    write(folder / "t10k-images-idx3-ubyte.gz", np.zeros((40, 5, SIDE), np.uint8))
    with pytest.raises(InputError, match=r"training and test images differ in size: \(4, 4\) and \(5, 4\)"):
        load_images(folder, 0)
    write(folder / "t10k-images-idx3-ubyte.gz", np.zeros((40, 16), np.float32))
    with pytest.raises(InputError, match=r"should hold grey images of 8 bits, \(n, height, width\); it holds float32"):
        load_images(folder, 0)
    write(folder / "t10k-images-idx3-ubyte.gz", bars(3, 0))
    write(folder / "train-images-idx3-ubyte.gz", bars(59, 0))
    with pytest.raises(InputError, match="holds 59 training images and 3 test images; at least 60 and 1 are needed"):
        load_images(folder, 0)
    (folder / "t10k-images-idx3-ubyte.gz").unlink()
    with pytest.raises(InputError, match=r"holds no t10k-images-idx3-ubyte file \(or .gz of it\) to judge by"):
        load_images(folder, 0)


def test_it_says_how_to_run_it_again(folder, found, monkeypatch):
    asked = []

    def measured(images, **words):
        asked.append((len(images.test), words))
        return found[0]

    monkeypatch.setattr(page, "measure", measured)
    sheet = boltzmann_machine(folder, 7, hidden=2, epochs=1, betas=3, say=str)
    assert asked == [(40, {"hidden": 2, "epochs": 1, "betas": 3, "seed": 7, "say": str})] and sheet.seed == 7
    assert f"Path({str(folder)!r}), 7, hidden=2, epochs=1, betas=3)" in sheet.python
    assert sheet.options == (str(folder), "--hidden", "2", "--epochs", "1", "--temperatures", "3")
