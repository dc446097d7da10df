"""What Keras itself writes of a training, read back, beside what it says of it."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.oracles.keras_on_jax import as_it_is_used
from tests.test_docs import DOCS, blocks

from thalweg.traces.read import read_trace


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A training with the callback of the page among its loggers: (folder, history, callback)."""
    folder = tmp_path_factory.mktemp("keras")
    page = (DOCS / "how-to" / "diagnose-other-runs.md").read_text(encoding="utf-8")
    (code,) = [block for block in blocks(page, r"\{code-block\} python") if "keras" in block]
    names = {}
    exec(compile(code, "page", "exec"), names)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 3)).astype(np.float32)
    with as_it_is_used() as keras:
        keras.utils.set_random_seed(0)
        layers = [keras.layers.Dense(4, activation="relu", name="hidden"), keras.layers.Dense(2, activation="softmax")]
        model = keras.Sequential([keras.Input((3,)), *layers])
        model.compile(keras.optimizers.SGD(0.125), "sparse_categorical_crossentropy", metrics=["accuracy"])
        recording = names["Recording"](folder / "trace.csv")
        logger = keras.callbacks.CSVLogger(str(folder / "log.csv"))
        fitted = model.fit(
            x, x[:, 0] > 0, 10, 3, validation_split=1 / 3, verbose=0, shuffle=False, callbacks=[recording, logger]
        )
        weights = {v.path: np.asarray(v) for v in model.trainable_variables}
    (folder / "history.json").write_text(json.dumps(fitted.history))
    return folder, fitted.history, weights


@pytest.mark.parametrize("name", ["history.json", "log.csv", "trace.csv"])
def test_every_file_of_one_training_says_the_same(trained, name):
    folder, history, _ = trained
    trace = read_trace(Path(folder / name))
    assert trace.metric == "accuracy"
    for curve, key in (
        ("training_loss", "loss"),
        ("training_score", "accuracy"),
        ("validation_loss", "val_loss"),
        ("validation_score", "val_accuracy"),
    ):
        there = trace.recorded[curve]
        np.testing.assert_array_equal(trace.curve(curve)[there], history[key])


def test_the_callback_of_the_page_records_batches_and_weights(trained):
    folder, history, weights = trained
    trace = read_trace(folder / "trace.csv")
    assert trace.step.tolist() == list(range(12))  # 40 rows, 10 a batch, 3 epochs
    np.testing.assert_allclose(trace.batch_loss.reshape(3, 4).mean(axis=1), history["loss"], rtol=1e-6)
    assert trace.epoch[[3, 7, 11]].tolist() == [1, 2, 3]
    assert trace.rate[0] == 0.125
    last = {name: values[-1] for name, values in trace.tensors["weight_norm"].items()}
    assert list(last) == list(weights)
    np.testing.assert_allclose(list(last.values()), [np.linalg.norm(w) for w in weights.values()], rtol=1e-6)
    assert all(len(values) == 11 for values in trace.tensors["update_norm"].values())
