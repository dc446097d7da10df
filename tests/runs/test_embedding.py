"""A network that embeds a table's names: what the training rows fill in, and what files keep of it."""

import numpy as np
import polars
import pytest

import thalweg
from thalweg.errors import InputError
from thalweg.recipe import reproduce, resume
from thalweg.runs.record import read_record
from thalweg.train.controllers import Continue, Pause

RELU = {"kind": "activation", "function": "relu"}
LAYERS = [{"kind": "embedding", "units": 3}, {"kind": "dense", "units": 16}, RELU, {"kind": "dense", "units": 1}]
NETWORK = {"network": {"layers": LAYERS}}


class PauseAt:
    def __init__(self, epoch):
        self.epoch = epoch

    def decide(self, progress):
        return Pause("enough") if progress.epoch >= self.epoch else Continue()


def shops(rows=600):
    """Sales by shop, of which there are 30, by one of two kinds of day, and by a number."""
    random = np.random.default_rng(0)
    shop, day, x = random.integers(0, 30, rows), random.integers(0, 2, rows), random.normal(size=rows)
    sold = np.random.default_rng(1).normal(size=30)[shop] * (1 + day) + 0.3 * x
    named = {"shop": [f"s{k}" for k in shop], "day": [("week", "Sunday")[k] for k in day], "x": x}
    return polars.DataFrame({**named, "sold": sold + 0.1 * random.normal(size=rows)})


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    options = {"target": "sold", "config": NETWORK, "checks": False, "attempts": 0, "epochs": 100}
    return thalweg.fit(shops(), out=tmp_path_factory.mktemp("shops") / "run", **options)


def test_a_run_fills_in_the_columns_and_predicts_by_them(fitted):
    layer = fitted.model.experiment.network.layers[0]
    ((first, levels),) = layer.columns  # the shops' alone: two kinds of day keep their zeros and ones
    assert [name.partition("=")[0] for name in fitted.model.fitted.names[first : first + levels]] == ["shop"] * levels
    assert fitted.model.params["embedding_1"]["w_levels"].shape == (levels, 3)
    assert next(score.value for score in fitted.outcome.scores if score.metric == "r2") > 0.9
    again = thalweg.load(fitted.run)
    rows = shops()
    assert again.predict(rows)["prediction"].len() == len(rows)


def test_its_record_says_what_was_asked_for(fitted):
    asked = read_record(fitted.run).experiment["network"]["layers"][0]
    assert asked == {"kind": "embedding", "units": 3, "least": 10, "weights": asked["weights"]}


def test_it_is_reproduced_and_resumed_to_the_bit(fitted, tmp_path):
    _, same = reproduce(fitted.run, data=shops(), out=tmp_path / "again")
    assert same
    options = {"target": "sold", "config": NETWORK, "checks": False, "attempts": 0, "epochs": 100}
    thalweg.fit(shops(), out=tmp_path / "broken", controllers=[PauseAt(3)], **options)
    resumed = resume(tmp_path / "broken", data=shops())
    for name, values in fitted.model.params["embedding_1"].items():
        np.testing.assert_array_equal(resumed.model.params["embedding_1"][name], values)


def test_a_model_that_embeds_other_columns_than_its_record_says_is_refused(fitted, tmp_path):
    options = {"target": "sold", "config": NETWORK, "checks": False, "attempts": 0, "epochs": 1}
    other = thalweg.fit(shops(), out=tmp_path / "other", settings=["network.layers.0.units=2"], **options)
    (other.run / "model.safetensors").write_bytes((fitted.run / "model.safetensors").read_bytes())
    with pytest.raises(InputError, match=r"model\.safetensors is of another run"):
        thalweg.load(other.run)


@pytest.mark.parametrize(
    ("data", "settings"),
    [
        ("diabetes", ["preprocess=['table_encoding','pca']"]),
        ((np.ones((30, 4)) * np.arange(30)[:, None], np.arange(30.0)), ["preprocess=standardize"]),
    ],
)
def test_where_no_table_says_the_columns_it_is_refused(data, settings, tmp_path):
    with pytest.raises(InputError, match="the layer Embedding embeds a table's columns of names, as table_encoding"):
        thalweg.fit(data, config=NETWORK, settings=settings, out=tmp_path / "run", checks=False, attempts=0)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([{"kind": "dense", "units": 64}, RELU, {"kind": "embedding"}, {"kind": "dense", "units": 1}],
         "and layers before it mix these. Make it the first"),
        ([{"kind": "embedding"}, {"kind": "embedding"}, {"kind": "dense", "units": 1}], "mix these. Make it the first"),
        ([{"kind": "embedding", "least": 50}, {"kind": "dense", "units": 1}],
         "embeds columns of 50 names or more; the largest column of names has 30 here. Leave the layer out, or set"),
    ],
)  # fmt: skip
def test_an_embedding_that_could_not_embed_names_is_refused(layers, said, tmp_path):
    options = {"target": "sold", "checks": False, "attempts": 0, "out": tmp_path / "run"}
    with pytest.raises(InputError, match=said):
        thalweg.fit(shops(), config={"network": {"layers": layers}}, **options)
    assert not (tmp_path / "run").exists()


def test_an_embedding_may_stand_behind_layers_that_leave_inputs_in_place(tmp_path):
    layers = [{"kind": "dropout"}, {"kind": "embedding", "units": 2}, {"kind": "dense", "units": 1}]
    options = {"target": "sold", "checks": False, "attempts": 0, "epochs": 1, "out": tmp_path / "run"}
    made = thalweg.fit(shops(), config={"network": {"layers": layers}}, **options)
    assert made.model.experiment.network.layers[1].columns
