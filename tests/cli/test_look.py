"""`thalweg look`: units, one image, alike images of a run; what cannot be looked at."""

import json

import jax
import numpy as np
import pytest

from tests.report.test_page import Reader
from thalweg.archive import load
from thalweg.cli.main import main
from thalweg.errors import InputError
from thalweg.runs import look as module
from thalweg.runs.look import look
from thalweg.runs.pictures import read_pictures
from thalweg.runs.record import read_record
from thalweg.runs.trained import read_trained

LAYERS = (
    "[{kind='convolution',filters=3},{kind='activation',function='relu'},'max_pooling','flatten',{kind='dense',units=4},"
    "{kind='dense',units=2}]"
)
SHORT = ("--epochs", "1", "--no-checks", "--quiet")


@pytest.fixture(scope="module")
def pets(tmp_path_factory):
    """A run on images of 6 x 8 pixels, and its data."""
    folder = tmp_path_factory.mktemp("looked")
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (80, 6, 8, 1)).astype(np.uint8)
    labels = np.array(["cat", "dog"])[np.arange(80) % 2]
    np.savez(folder / "pets.npz", x=images, y=labels)
    settings = (f"network.layers={LAYERS}", "loss=softmax_cross_entropy")
    words = ["fit", str(folder / "pets.npz"), *(word for line in settings for word in ("--set", line)), *SHORT]
    assert main([*words, "--out", str(folder / "run")]) == 0
    return folder


def test_a_page_shows_units_of_every_layer_one_image_and_those_alike(thalweg, pets, tmp_path):  # V11, K8
    said = thalweg("look", pets / "run", "--out", tmp_path / "page.html", "--json")
    assert said.exit == 0, said.err
    facts = json.loads(said.out.splitlines()[-1])
    assert [layer["layer"] for layer in facts["layers"]] == ["convolution_1", "dense_1", "dense_2"]
    assert [len(layer["units"]) for layer in facts["layers"]] == [3, 4, 2]
    for layer in facts["layers"]:
        for unit in layer["units"]:
            assert unit["outputs"] == sorted(unit["outputs"], reverse=True)
            assert unit["made"] is not None and unit["made"] >= unit["outputs"][0] - 1e-5
    assert facts["nearest"]["layer"] == "dense_1" and facts["image"]["part"] == "validation"
    assert facts["image"]["predicted"] == facts["image"]["class"]
    reader = Reader((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert [link["href"] for link in reader.all("a")] == ["#inside", "#inside"]  # to skip to, and to jump to
    assert "What excites its units" in reader.text() and "Which training images lie nearest" in reader.text()
    assert (tmp_path / "page.html").stat().st_size < 1_000_000  # without the program that draws curves


def test_any_unit_of_any_layer_is_shown_alone(thalweg, pets):
    said = thalweg("look", pets / "run", "--layer", "max_pooling_1", "--unit", "3,1", "--unit", "2,1", "--json")
    facts = json.loads(said.out.splitlines()[-1])
    assert [(layer["layer"], [unit["unit"] for unit in layer["units"]]) for layer in facts["layers"]] == [
        ("max_pooling_1", [3, 1, 2])
    ]
    assert facts["page"] == str(pets / "run" / "look.html") and (pets / "run" / "look.html").exists()


def test_a_chosen_image_is_followed_and_no_sealed_one(pets):
    split = load(pets / "run" / "split.safetensors")[0]
    for part in ("train", "validation"):
        row = int(split[part][1])
        seen = look(pets / "run", row=row)
        images = np.load(pets / "pets.npz")["x"]
        np.testing.assert_array_equal(seen.example.image[0], images[row])
        assert (seen.example.row, seen.example.part) == (row, "training" if part == "train" else part)
        assert seen.example.said in ("cat", "dog") and seen.example.truth == ("cat", "dog")[row % 2]
    sealed = int(split["test"][0])
    with pytest.raises(InputError, match=f"row {sealed} is of the sealed test part. Choose one that is not"):
        look(pets / "run", row=sealed)


def test_no_image_of_the_sealed_part_is_looked_at(pets):
    split = load(pets / "run" / "split.safetensors")[0]
    for seen in (look(pets / "run"), read_pictures(pets / "run", read_record(pets / "run").identity)):
        shown = {row for of in seen.units for unit in of.units for row in unit.rows}
        assert shown and shown <= set(split["validation"].tolist())
        found = seen.retrieval
        assert (found.images, found.among) == (len(split["validation"]), len(split["train"]))
        assert {asked.row for asked in found.learned} <= set(split["validation"].tolist())
        nearest = {row for asked in (*found.learned, *found.plain) for row in asked.rows}
        assert nearest <= set(split["train"].tolist())
        assert {of.images for of in seen.units} == {len(split["validation"])}


def test_an_image_whose_pixels_are_mixed_cannot_be_followed(thalweg, pets, tmp_path):
    words = ("--network", "linear", "--set", "preprocess=zca_whitening", *SHORT, "--out", tmp_path / "run")
    assert thalweg("fit", pets / "pets.npz", *words).exit == 0
    row = load(tmp_path / "run" / "split.safetensors")[0]["train"][0]
    said = thalweg("look", tmp_path / "run", "--row", row)
    assert said.exit == 2 and f"row {row} cannot be followed: the preprocessing mixes an image's pixels" in said.err


def test_a_network_of_no_finite_numbers_has_nothing_to_show(pets, monkeypatch):
    record, model = read_trained(pets / "run")
    broken = model._replace(params=jax.tree.map(lambda leaf: leaf * np.nan, model.params))
    monkeypatch.setattr(module, "read_trained", lambda run, parts: (record, broken))
    with pytest.raises(InputError, match=r"there is nothing to show of .*: its network puts out no finite numbers"):
        look(pets / "run")


def test_the_report_of_a_run_is_not_written_over(thalweg, pets):
    before = (pets / "run" / "report.html").read_bytes()
    said = thalweg("look", pets / "run", "--out", pets / "run" / "report.html")
    assert said.exit == 2 and "report.html is the report of a run, which would be lost." in said.err
    assert (pets / "run" / "report.html").read_bytes() == before


def test_a_page_shows_how_the_score_falls_under_distortions(thalweg, pets):  # M11
    row = load(pets / "run" / "split.safetensors")[0]["validation"][1]
    said = thalweg("look", pets / "run", "--distortions", "--row", row, "--json")
    assert said.exit == 0, said.err
    assert "rotation: " in said.err and "learned" in said.err
    facts = said.facts
    assert facts["page"] == str(pets / "run" / "distortions.html")
    assert (facts["task"], facts["metric"], facts["part"]) == ("classes", "accuracy", "validation")
    assert facts["image"] == {"row": row, "truth": ("cat", "dog")[row % 2]}
    names = ["shift", "rotation", "brightness", "warp", "occlusion", "background noise"]
    assert [one["distortion"] for one in facts["distortions"]] == names
    for one in facts["distortions"]:
        first = one["strengths"][0]
        assert (first["strength"], first["score"], len(one["strengths"])) == (0, facts["score"], 6)
        assert first["interval"][0] <= first["score"] <= first["interval"][1] and first["said"] in ("cat", "dog")
        assert one["half_lost"] is None or 0 < one["half_lost"] <= one["strengths"][-1]["strength"]
    reader = Reader((pets / "run" / "distortions.html").read_text(encoding="utf-8"))
    assert len(reader.all("img")) == 36 and "How much the network withstands" in reader.text()


def test_distortions_of_what_is_no_image_are_refused(thalweg, first):
    said = thalweg("look", first, "--distortions")
    assert said.exit == 2 and "was trained on a table. Choose a run on images." in said.err
    assert not (first / "distortions.html").exists()


BAD = {
    "distortions of a layer": (
        ("--distortions", "--layer", "dense_1"),
        "--distortions is a look of its own, at the whole network. Leave out --layer and --unit.",
    ),
    "distortions of a row": (("--distortions", "--row", "80"), "there is no row 80: the data have the rows 0 to 79."),
    "layer": (("--layer", "convolution_2"), "unknown layer 'convolution_2'. Did you mean 'convolution_1'?"),
    "unit": (("--layer", "convolution_1", "--unit", "4"), "convolution_1 has the units 1 to 3; got 4."),
    "unit 0": (("--layer", "convolution_1", "--unit", "0"), "convolution_1 has the units 1 to 3; got 0."),
    "half a unit": (("--layer", "convolution_1", "--unit", "1.5"), "--unit wants a whole number; got '1.5'."),
    "no layer": (("--unit", "1"), "say which layer the units are of: --layer NAME."),
    "twice": (("--layer", "dense_2", *("--unit", "1") * 65), "at most 64 units are shown together; got 65."),
    "row": (("--row", "80"), "there is no row 80: the data have the rows 0 to 79."),
    "negative row": (("--row", "-1"), "there is no row -1: the data have the rows 0 to 79."),
    "no page": (("--out", "model.safetensors"), "--out model.safetensors is to be a page. Let its name end in .html."),
    "place": (("--out", "no/page.html"), "no/page.html"),
}


@pytest.mark.parametrize(("words", "message"), BAD.values(), ids=BAD)
def test_what_cannot_be_shown_is_told_in_one_sentence(thalweg, pets, words, message):
    said = thalweg("look", pets / "run", *words)
    assert said.exit == 2 and message in said.err and "Traceback" not in said.err


def test_a_table_has_nothing_to_look_at(thalweg, first):
    said = thalweg("look", first)
    assert said.exit == 2 and "was not trained on images, so there is nothing to look at" in said.err


def test_an_image_of_an_amount_is_not_followed_to_a_class(thalweg, tmp_path):
    random = np.random.default_rng(0)
    np.savez(tmp_path / "d.npz", x=random.integers(0, 256, (60, 4, 4, 1)).astype(np.uint8), y=random.normal(size=60))
    words = ("--network", "linear", *SHORT, "--out", tmp_path / "run")
    assert thalweg("fit", tmp_path / "d.npz", *words).exit == 0
    said = thalweg("look", tmp_path / "run", "--row", "1")
    assert said.exit == 2 and "an image is followed to its class; the task is regression. Leave out --row." in said.err
    said = thalweg("look", tmp_path / "run", "--json")
    facts = json.loads(said.out.splitlines()[-1])
    assert len(facts["layers"]) == 1 and facts["nearest"] is None
