"""`--image-size`: images read larger or smaller than usual, and all that follows such a run."""

import json

import numpy as np
import polars
import pytest
from PIL import Image

from thalweg.cli.main import main
from thalweg.data.images import kept

SHORT = ["--epochs", "1", "--no-checks", "--set", "network.layers=[{kind='dense',units=1}]", "--quiet"]


@pytest.fixture(scope="module")
def pets(tmp_path_factory):
    """A folder of class folders, photos.csv, which lists its images, another folder, and a run trained on the first."""
    folder = tmp_path_factory.mktemp("pets")
    random, lines = np.random.default_rng(0), ["photo,kind"]
    for k in range(50):
        kind = ("cat", "dog")[k % 2]
        path = folder / ("all" if k < 40 else "more") / kind / f"{k}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(100 * (k % 2), 100 + 100 * (k % 2), (9, 12), np.uint8)).save(path)
        lines += [f"all/{kind}/{k}.png,{kind}"] * (k < 40)
    (folder / "photos.csv").write_text("\n".join(lines))
    words = ["fit", str(folder / "all"), "--image-size", "8", *SHORT]
    assert main([*words, "--out", str(folder / "run")]) == 0
    return folder


def shape(run):
    return json.loads((run / "schema.json").read_text())["shape"]


def test_what_follows_a_run_reads_images_at_its_size(thalweg, pets, tmp_path):
    run = pets / "run"
    assert json.loads((run / "experiment.json").read_text())["reading"]["image_size"] == 8
    assert shape(run) == [6, 8, 1]
    said = thalweg("reproduce", run, "--out", tmp_path / "again", "--quiet")
    assert said.exit == 0, said.err
    assert shape(tmp_path / "again") == [6, 8, 1]
    said = thalweg("evaluate", run, "--data", pets / "more", "--json")
    assert said.exit == 0, said.err
    for data, rows in ((pets / "more", 10), (pets / "photos.csv", 40)):
        assert thalweg("predict", run, data, "-o", tmp_path / f"{rows}.csv").exit == 0
        assert len(polars.read_csv(tmp_path / f"{rows}.csv")) == rows
    assert thalweg("resume", run, "--quiet").exit == 0


def test_a_table_of_paths_takes_it_as_a_folder_does(thalweg, pets, tmp_path):
    words = ("--label-column", "kind", "--image-size", "8", *SHORT)
    assert thalweg("fit", pets / "photos.csv", *words, "--out", tmp_path / "run").exit == 0
    assert shape(tmp_path / "run") == [6, 8, 1]


def test_a_run_is_the_same_from_images_that_were_kept(thalweg, pets, tmp_path, monkeypatch):
    monkeypatch.setenv("THALWEG_IMAGE_CACHE", str(tmp_path / "kept"))
    monkeypatch.setattr(kept, "MANY", 0)
    for name in ("unpacked", "mapped"):  # reproduce holds every bit of the run against the first
        said = thalweg("reproduce", pets / "run", "--out", tmp_path / name, "--quiet")
        assert said.exit == 0, said.err
        assert thalweg("predict", pets / "run", pets / "more", "-o", tmp_path / f"{name}.csv").exit == 0
    assert len([*(tmp_path / "kept").iterdir()]) == 2
    assert (tmp_path / "unpacked.csv").read_bytes() == (tmp_path / "mapped.csv").read_bytes()


def test_a_network_that_needs_larger_images_names_it(thalweg, pets):
    said = thalweg("fit", pets / "all", "--network", "vgg16")
    assert said.exit == 2
    assert said.err.endswith("Images in files are read at 32 pixels a side or less; --image-size makes it more.\n")
