"""`--label-column`: a table of image paths through every verb that reads data."""

import io
import json
import shutil

import numpy as np
import polars
import pytest
from PIL import Image

from tests.runs.small import PauseAt, same_bits
from thalweg.cli.main import main
from thalweg.recipe import fit
from thalweg.runs.loading import load

SHORT = ("--epochs", "3", "--no-checks", "--set", "network.layers=[{kind='dense',units=1}]")


def write_images(folder, rows, seed):
    """Write small noisy images, dark ones and bright ones, some in a folder; return their table."""
    random = np.random.default_rng(seed)
    paths, tones = [], []
    for k in range(rows):
        bright = int(k % 2)
        pixels = random.integers(120 * bright, 120 * bright + 130, (4, 5), np.uint8)
        path = f"in/{seed}-{k}.png" if k % 3 else f"{seed}-{k}.png"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / path)
        paths.append(path.replace("/", "\\") if k % 5 == 0 else path)
        tones.append(("dark", "bright")[bright])
    return polars.DataFrame({"photo": paths, "tone": tones, "light": np.linspace(0.5, 9, rows), "day": range(rows)})


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """A folder with photos.csv, more.csv with other rows of it, and a run trained on the first."""
    folder = tmp_path_factory.mktemp("photos")
    write_images(folder, 60, seed=0).write_csv(folder / "photos.csv")
    write_images(folder, 20, seed=1).write_csv(folder / "more.csv")
    words = ["fit", str(folder / "photos.csv"), "--label-column", "tone", "--drop", "day", *SHORT]
    assert main([*words, "--quiet", "--out", str(folder / "runs" / "first")]) == 0
    return folder


@pytest.fixture
def first(photos):
    """The trained run."""
    return photos / "runs" / "first"


def test_check_tells_how_the_table_was_read(thalweg, photos):
    said = thalweg("check", photos / "photos.csv", "--label-column", "light", "--time-column", "day", "--json")
    assert (said.facts["task"], said.facts["target"], said.facts["rows"]) == ("regression", "light", 60)
    assert "60 rows, 4 x 5 x 1 numbers an example; regression of 'light'" in said.err
    assert "'tone' is left out: the images in 'photo' are the only inputs." in said.err


def test_the_run_remembers_the_option(first):
    record = json.loads((first / "experiment.json").read_text())
    assert (record["reading"]["label_column"], record["reading"]["target"]) == ("tone", None)
    assert json.loads((first / "schema.json").read_text())["table"]["path"] == "photo"


def test_predictions_are_named_by_the_paths_as_written(thalweg, photos, first):
    table = polars.read_csv(photos / "more.csv")
    table.select("photo").write_csv(photos / "bare.csv")
    found = {}
    for name in ("more.csv", "bare.csv"):
        said = thalweg("predict", first, photos / name)
        assert said.exit == 0
        found[name] = polars.read_csv(io.StringIO(said.out))
    assert found["bare.csv"].equals(found["more.csv"])
    assert found["bare.csv"].columns == ["photo", "prediction", "p_bright", "p_dark"]
    assert found["bare.csv"]["photo"].to_list() == table["photo"].to_list()
    by_folder = dict(load(first).predict(photos / "in").select("file", "p_dark").rows())
    by_table = {path: p for path, p in found["bare.csv"].select("photo", "p_dark").rows() if path.startswith("in/")}
    assert len(by_table) > 5
    for path, p in by_table.items():
        assert by_folder[path.removeprefix("in/")] == pytest.approx(p, rel=1e-5)


def test_other_rows_are_scored(thalweg, photos, first):
    said = thalweg("evaluate", first, "--data", photos / "more.csv", "--json")
    assert (said.exit, said.facts["part"], said.facts["rows"]) == (0, "file", 20)
    said = thalweg("evaluate", first, "--data", photos / "photos.csv")
    assert said.exit == 2
    assert "holds the sealed test part of" in said.err


def test_the_runs_own_rows_are_found_again(thalweg, photos, first):
    said = thalweg("reproduce", first, "--json")
    assert (said.exit, said.facts["same_bits"]) == (0, True)
    said = thalweg("evaluate", first, "--test", "--json")
    assert (said.exit, said.facts["part"], said.facts["rows"]) == (0, "test", 12)


def test_a_paused_run_goes_on(thalweg, photos, first, tmp_path):
    settings = tuple(SHORT[-1:])
    asked = {"label_column": "tone", "drop": "day", "epochs": 3, "checks": False, "settings": settings}
    paused = fit(photos / "photos.csv", **asked, out=tmp_path / "a", controllers=(PauseAt(1),))
    assert paused.outcome is None
    assert thalweg("resume", tmp_path / "a").exit == 0
    assert same_bits(load(tmp_path / "a").model, load(first).model)


def test_parts_may_be_tables_or_class_folders(thalweg, photos, tmp_path):
    for path, tone in polars.read_csv(photos / "more.csv").select("photo", "tone").rows():
        file = photos / path.replace("\\", "/")
        (tmp_path / "folders" / tone).mkdir(parents=True, exist_ok=True)
        shutil.copy(file, tmp_path / "folders" / tone)
    parts = ("--test-data", photos / "more.csv", "--validation-data", tmp_path / "folders")
    words = ("fit", photos / "photos.csv", "--label-column", "tone", *SHORT, *parts, "--out", tmp_path / "a", "--json")
    said = thalweg(*words)
    assert (said.exit, said.facts["rows"]) == (0, 20)
    assert "60 rows to train on, 20 to choose by, 20 under seal until the end" in said.err
    assert thalweg("evaluate", tmp_path / "a", "--test", "--json").facts["rows"] == 20


def test_a_regression_on_images_learns_amounts(thalweg, photos, tmp_path):
    words = ("fit", photos / "photos.csv", "--label-column", "light", "--group", "day", *SHORT, "--out", tmp_path / "a")
    said = thalweg(*words, "--json")
    assert (said.exit, said.facts["task"], said.facts["metric"]) == (0, "regression", "r2")
    said = thalweg("predict", tmp_path / "a", photos / "more.csv")
    assert polars.read_csv(io.StringIO(said.out)).columns == ["photo", "prediction", "low", "high"]


def test_a_run_on_class_folders_takes_a_table(thalweg, photos, tmp_path):
    for k in range(24):
        (tmp_path / "folders" / "xy"[k % 2]).mkdir(parents=True, exist_ok=True)
        shutil.copy(photos / f"0-{3 * (k % 20)}.png", tmp_path / "folders" / "xy"[k % 2] / f"{k}.png")
    assert thalweg("fit", tmp_path / "folders", *SHORT, "--out", tmp_path / "a").exit == 0
    said = thalweg("predict", tmp_path / "a", photos / "more.csv")
    assert (said.exit, said.out.count("\n")) == (0, 21)
    assert "the model does not use columns 'tone', 'light', 'day': ignored." in said.err
    said = thalweg("predict", tmp_path / "a", photos / "more.csv", "--strict")
    assert (said.exit, "columns that the model does not know: 'tone', 'light', 'day'" in said.err) == (2, True)
