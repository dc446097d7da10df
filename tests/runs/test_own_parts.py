"""A user's own functions in a run: trained, saved by name, and handed in to read it again."""

import importlib
import json
import sys

import jax
import jax.numpy as jnp
import numpy as np
import optax
import polars
import pytest

import thalweg
from thalweg.data.open import open_source
from thalweg.defaults import default_experiment
from thalweg.errors import InputError
from thalweg.recipe import open_test, reproduce, resume
from thalweg.runs.options import Options
from thalweg.runs.reporting import read_run_outcome
from thalweg.runs.resolving import resolve
from thalweg.train.controllers import Continue, Pause


def bent(x):
    return x * jnp.tanh(x)


def drawn(key, input_shape):
    return {"w": 1 + 0.1 * jax.random.normal(key, input_shape)}


def scaled(params, x):
    return params["w"][None] * x


def jitter(x, context):
    if not context.training:
        return x
    return x + jnp.asarray(0.01, x.dtype) * jax.random.normal(context.key, x.shape, x.dtype)


def pinball(outputs, targets):
    """The loss whose best answer is the ninth decile."""
    error = targets - outputs
    return jnp.sum(jnp.where(error > 0, 0.9 * error, -0.1 * error), axis=1)


def plain_descent(rate):
    return optax.stateless(lambda updates, _: jax.tree.map(lambda u: -jnp.asarray(rate, u.dtype) * u, updates))


def largest(view):
    return {"weight": jnp.max(jnp.abs(view.after["dense_1"]["w"])), "step": view.step}


def twice_the_step(view):
    return 2 * view.step


PARTS = (bent, drawn, scaled, jitter, pinball, plain_descent)
NETWORK = {
    "layers": [
        {"kind": "dense", "units": 8},
        {"kind": "activation", "function": {"kind": "custom_activation", "function": "bent"}},
        {"kind": "custom_layer", "function": "scaled", "initialize": "drawn"},
        {"kind": "custom_layer", "function": "jitter"},
        {"kind": "dense", "units": 1},
    ]
}
CONFIG = {
    "network": NETWORK,
    "loss": {"kind": "custom_loss", "function": pinball},
    "update": {"kind": "custom_update_rule", "function": "plain_descent", "rate": 0.1},
}


class PauseAt:
    def __init__(self, step):
        self.step = step

    def decide(self, progress):
        return Pause("enough") if progress.step >= self.step else Continue()


def noisy(rows=300):
    random = np.random.default_rng(0)
    x = random.uniform(-1, 1, rows)
    return polars.DataFrame({"x": x, "y": x + random.normal(size=rows)})


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    return thalweg.fit(
        noisy(), target="y", config=CONFIG, parts=PARTS[:-2] + PARTS[-1:], out=tmp_path_factory.mktemp("own") / "run",
        epochs=30, checks=False, attempts=0, observers=[largest, twice_the_step],
    )  # fmt: skip


def test_the_loss_given_is_what_becomes_small(fitted):
    # y has variance 1/3 + 1, its noise 1: in the unit of training a deviation of 0.866. The pinball loss of normal
    # noise is 0.866 phi(z) = 0.152 at its ninth decile z = 1.2816, and 0.866 phi(0) = 0.345 at its middle, where
    # squared and absolute error would lead.
    losses = [evaluation.running_loss.item() for evaluation in fitted.state.history.evaluations]
    assert 0.13 < losses[-1] < 0.19 < losses[1]


def test_what_an_observer_returned_is_in_the_history(fitted):
    table = fitted.state.history.step_table()
    steps = table["step"]
    np.testing.assert_array_equal(table["1/largest/step"][:, 0], steps)
    np.testing.assert_array_equal(table["2/twice_the_step"][:, 0], 2 * steps)
    assert (table["1/largest/weight"] > 0).all()
    kept = polars.read_parquet(fitted.run / "history.parquet").filter(name="2/twice_the_step")
    np.testing.assert_array_equal(kept["value"], 2 * steps)


def test_the_run_holds_their_names_and_digests_only(fitted):
    layers = json.loads((fitted.run / "experiment.json").read_text())["experiment"]["network"]["layers"]
    own = layers[2]["function"]
    assert own["function"] == "scaled" and own["source"].startswith("sha256:") and len(own) == 2
    assert not any(b"jnp.tanh" in path.read_bytes() for path in fitted.run.rglob("*") if path.is_file())


def test_without_them_a_run_is_told_of_but_not_computed_with(fitted):
    assert read_run_outcome(fitted.run).status == "finished"
    for work in (thalweg.load, resume, reproduce, open_test):
        with pytest.raises(InputError, match=r"unknown function '\w+'\. There are: none\. Hand it in: parts="):
            work(fitted.run)


def test_a_file_edited_during_a_run_is_not_taken_for_what_was_trained(tmp_path, monkeypatch):
    place = tmp_path / "curves_of_a_test.py"
    place.write_text("import jax.numpy as jnp\n\n\ndef curve(x):\n    return jnp.tanh(x)\n")
    monkeypatch.syspath_prepend(tmp_path)
    curve = importlib.import_module(place.stem).curve

    def edit(line):
        if line.startswith("fitting simple models"):
            place.write_text("import jax.numpy as jnp\n\n\ndef curve(x):\n    return 7 * jnp.cosh(x)\n")

    settings = {"network": {"layers": [
        {"kind": "dense", "units": 4},
        {"kind": "activation", "function": {"kind": "custom_activation", "function": curve}},
        {"kind": "dense", "units": 1}]}}  # fmt: skip
    made = thalweg.fit(
        noisy(), target="y", config=settings, out=tmp_path / "run", checks=False, attempts=0, epochs=1, say=edit
    )
    trained = thalweg.load(made.run, parts=[curve]).predict(noisy())["prediction"]
    del sys.modules[place.stem]
    importlib.invalidate_caches()
    edited = importlib.import_module(place.stem).curve
    with pytest.raises(InputError, match="the function 'curve' is not the one that this was written with: its source"):
        thalweg.load(made.run, parts=[edited])
    assert thalweg.load(made.run, parts=[edited, curve]).predict(noisy())["prediction"].equals(trained)


def in_pairs(x):
    return x.reshape(-1, 2, x.shape[1]).reshape(x.shape)


def test_a_layer_that_takes_some_batches_alone_costs_no_run(tmp_path):
    layers = [
        {"kind": "dense", "units": 4},
        {"kind": "custom_layer", "function": in_pairs},
        {"kind": "dense", "units": 1},
    ]
    made = thalweg.fit(
        noisy(400), target="y", config={"network": {"layers": layers}}, out=tmp_path / "run", checks=False, epochs=1,
        attempts=0, settings=["training.batch=32", "preprocess.pieces=0"],
    )  # fmt: skip
    assert [row.multiply_adds for row in made.outcome.work] == [4, None, 4]
    assert read_run_outcome(made.run).work == made.outcome.work


def test_another_function_is_set_where_one_was(tmp_path):
    settings = ["update=custom_update_rule", "update.function=plain_descent", "update.function=other_descent"]
    asked = Options(parts=(plain_descent, other_descent), settings=tuple(settings))
    assert resolve(asked, default_experiment(open_source("iris"), 100)).update.function is other_descent


def other_descent(rate):
    return optax.sgd(rate)


def test_one_of_another_source_is_refused(fitted):
    def bent(x):
        return x

    with pytest.raises(InputError, match="the function 'bent' is not the one that this was written with"):
        thalweg.load(fitted.run, parts=[bent, *PARTS[1:]])


def test_it_is_resumed_and_reproduced_to_the_bit(fitted, tmp_path):  # L12
    options = {"target": "y", "config": CONFIG, "parts": PARTS, "epochs": 30, "checks": False, "attempts": 0}
    paused = thalweg.fit(noisy(), out=tmp_path / "paused", controllers=[PauseAt(20)], **options)
    assert paused.outcome is None
    resumed = resume(paused.run, data=noisy(), parts=PARTS)
    again, same = reproduce(fitted.run, data=noisy(), parts=PARTS, out=tmp_path / "again")
    assert same and again.outcome is not None
    for one, other in zip(*(jax.tree.leaves(run.model.params) for run in (resumed, fitted)), strict=True):
        np.testing.assert_array_equal(one, other)


def test_its_test_part_is_opened(fitted):
    assert open_test(fitted.run, data=noisy(), parts=PARTS).openings == 1


def wrong_shape(outputs, targets):
    return jnp.mean((outputs - targets) ** 2)


def wrong_rows(x):
    return jnp.sum(x, axis=0)


def shapeless(key, input_shape):
    return [1.0]


def no_rule(rate):
    return rate


def text(view):
    return "large"


def fails(x):
    raise KeyError("w")


def until(x):
    return jax.lax.while_loop(lambda x: jnp.max(x) > 1, lambda x: x / 2, x)


def shapes(x):
    return x.shape


def shapes_of_two(outputs, targets):
    return outputs.shape


def shorter(x):
    return x[:, :1]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"loss": {"kind": "custom_loss", "function": wrong_shape}},
         r"the function 'wrong_shape' of CustomLoss must return one float an example, shape \(\d+,\); got "
         r"float32\[\]\. Sum over the outputs of an example, not over the examples\."),
        ({"network": {"layers": [{"kind": "custom_layer", "function": wrong_rows}]}},
         "custom_layer_1: the function 'wrong_rows' of CustomLayer must return floats, a row for each of the 2"),
        ({"network": {"layers": [{"kind": "custom_layer", "function": scaled, "initialize": shapeless}]}},
         r"the function 'shapeless' of CustomLayer must return a dict of arrays of floats by name; got \[1.0\]"),
        ({"network": {"layers": [{"kind": "custom_layer", "function": fails}]}},
         r"the function 'fails' of CustomLayer failed on float32\[2, 33\]: KeyError: 'w' Mend the function."),
        ({"network": {"layers": [
            {"kind": "dense", "units": 8},
            {"kind": "activation", "function": {"kind": "custom_activation", "function": shorter}}]}},
         r"the function 'shorter' of CustomActivation must return floats of the shape \(2, 8\) that it takes; got"),
        ({"network": {"layers": [
            {"kind": "dense", "units": 8},
            {"kind": "custom_layer", "function": until},
            {"kind": "dense", "units": 1}]}},
         "no gradient can be taken through the functions until: ValueError: Reverse-mode differentiation does not "),
        ({"network": {"layers": [
            {"kind": "dense", "units": 1},
            {"kind": "activation", "function": {"kind": "custom_activation", "function": shapes}}]}},
         r"the function 'shapes' of CustomActivation must return floats of the shape \(2, 1\) that it takes; got"),
        ({"loss": {"kind": "custom_loss", "function": shapes_of_two}},
         r"the function 'shapes_of_two' of CustomLoss must return one float an example, shape \(2,\); got \(2, 1\)\."),
        ({"update": {"kind": "custom_update_rule", "function": no_rule}},
         "the function 'no_rule' of CustomUpdateRule must return an optax.GradientTransformation; got "),
        ({"loss": {"kind": "custom_loss", "function": lambda outputs, targets: 0}},
         "must be a function written with def"),
    ],
)  # fmt: skip
def test_a_function_that_cannot_serve_is_told_by_name_before_anything_is_written(settings, said, tmp_path):
    with pytest.raises(InputError, match=said):
        thalweg.fit(noisy(), target="y", config=settings, out=tmp_path / "run", checks=False, attempts=0)
    assert not (tmp_path / "run").exists()


def test_an_observer_that_returns_no_number_is_told_by_name(tmp_path):
    with pytest.raises(InputError, match="the function 'text' of CustomObserver must return a number, or a dict of"):
        thalweg.fit(noisy(), target="y", observers=[text], out=tmp_path / "run", checks=False, attempts=0)
    assert not (tmp_path / "run").exists()
