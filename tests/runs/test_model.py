"""A model in one file: nothing lost, and nothing accepted that would fail in use."""

import jax
import numpy as np
import pytest

from tests.runs.small import OPTIONS, quick, same_bits
from thalweg.archive import load, save
from thalweg.errors import InputError
from thalweg.runs.model import load_model, save_model


@pytest.fixture(scope="module")
def number(table, tmp_path_factory):
    """The model of a run that predicts numbers."""
    settings = ("network.layers=['batch_norm',{kind='dense',units=1}]", "training.batch=32")
    options = {"target": "price", "drop": ("bought", "size"), "settings": settings, "epochs": 1}
    return quick(table, tmp_path_factory.mktemp("number"), **options).model


def test_a_model_comes_back_as_it_was(finished, number, tmp_path):
    for model in (finished.model, number):
        save_model(tmp_path / "m.safetensors", model)
        back = load_model(tmp_path / "m.safetensors")
        assert same_bits(back, model) and repr(back.fitted.columns) == repr(model.fitted.columns)
        for name in ("experiment", "task", "input_shape", "half_width", "schema", "kind", "run"):
            assert getattr(back, name) == getattr(model, name), name
        assert jax.tree.structure(back.params) == jax.tree.structure(model.params)
        assert (back.target_fitted is None) == (model.target_fitted is None)
    assert number.state  # batch norm remembers


def test_the_same_model_gives_the_same_bytes(finished, tmp_path):
    for name in "ab":
        save_model(tmp_path / name, finished.model)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def rewritten(path, model, *, arrays=None, drop=(), **facts):
    save_model(path, model)
    held, told = load(path)
    held = {name: values for name, values in held.items() if name not in drop} | (arrays or {})
    save(path, held, {**told, **facts})
    return path


ATTRIBUTE = {"name": "a", "no": "0", "yes": "1"}
LISTED = {
    "kind": "image",
    "shape": [2, 2, 1],
    "table": {"header": False, "names": ["a", "a"], "path": "a", "target": "b", "weight_column": None},
}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"task": ["classes", "t", ["a"]]}, "sigmoid head is for 2 classes; the data have 1"),
        ({"task": ["classes", "t", ["a", "a"]]}, "two classes of one name"),
        ({"task": ["attributes", "t", []]}, "0 attributes for attributes"),
        ({"attributes": [ATTRIBUTE]}, "1 attributes for classes"),
        ({"task": ["attributes", "t", []], "attributes": [ATTRIBUTE] * 2}, "two attributes of one name"),
        ({"task": ["attributes", "t", []], "attributes": [{**ATTRIBUTE, "no": "1"}]}, "an attribute with one answer"),
        ({"task": ["attributes", "t", []], "attributes": [ATTRIBUTE] * 5001}, "5,001 attributes, more than the 5,000"),
        ({"task": ["attributes", "t", []], "attributes": [ATTRIBUTE]}, "sigmoid head does not go with an attributes"),
        ({"attributes": [{"name": 1}]}, "attributes.0: name must be text; got 1"),
        ({"task": ["ranking", "t", ["a", "b"]]}, "task.0 must be one of"),
        ({"input_shape": []}, r"an input shape of \(\)"),
        ({"input_shape": [-8]}, r"an input shape of \(-8,\)"),
        ({"input_shape": [7]}, r"the saved array dense_1/w is float32\[8, 4\]; wanted float32\[7, 4\]"),
        ({"input_shape": [10**9, 10**9]}, "an input shape of"),
        ({"schema": {"kind": "array", "shape": [8]}}, "the preprocessing of a table with the schema of arrays"),
        ({"schema": {"kind": "table"}}, "schema has no entry 'header'"),
        ({"schema": {**LISTED, "table": 1}}, "schema: table must be a table; got 1"),
        ({"schema": {**LISTED, "table": {"header": 1}}}, "schema: table: header must be true or false; got 1"),
        ({"schema": LISTED}, "schema has one name for two columns"),
        ({"preprocess": {"columns": []}}, "makes no finite examples"),
        ({"preprocess": {"columns": 3}}, "the stored preprocessing cannot be read"),
        ({"half_width": "wide"}, "half_width must be a finite number; got 'wide'"),
        ({"experiment": {"kind": "no"}}, "experiment 'no'"),
        ({"drop": ("params|dense_1/w",)}, "they differ at dense_1/w"),
        ({"arrays": {"params|extra": np.zeros(2)}}, "they differ at extra"),
        ({"arrays": {"else|x": np.zeros(2)}}, "else"),
        ({"arrays": {"params|dense_1/b": np.zeros(4, np.int32)}}, r"dense_1/b is int32\[4\]; wanted float32\[4\]"),
        ({"arrays": {"preprocess|0.scale": np.zeros(1)}}, "divide by zero"),
        ({"arrays": {"preprocess|0.scale": np.ones(3)}}, "could not broadcast"),
        ({"arrays": {"preprocess|0.shift": np.full(1, np.nan)}}, "makes no finite examples"),
        ({"arrays": {"preprocess|0.shift": np.zeros(1, bool)}}, "holds something else than real numbers"),
    ],
)  # fmt: skip
def test_what_would_fail_in_use_is_refused_when_it_is_read(finished, tmp_path, changes, message):
    path = rewritten(tmp_path / "m.safetensors", finished.model, **changes)
    with pytest.raises(InputError, match=rf"(?s)m\.safetensors does not hold a whole model: .*{message}"):
        load_model(path)


def test_a_column_that_was_the_same_in_every_training_row_is_no_damage(finished, tmp_path):
    still = rewritten(tmp_path / "m.safetensors", finished.model, arrays={"preprocess|0.scale": np.full(1, np.inf)})
    assert np.isinf(load_model(still).fitted.columns[0].scaling.scale)


@pytest.mark.parametrize("scale", [np.full(1, np.nan), np.ones((2, 2)), np.ones(5)])
def test_a_targets_scaling_that_cannot_be_is_refused(number, tmp_path, scale):
    path = rewritten(tmp_path / "m.safetensors", number, arrays={"target|scale": scale})
    with pytest.raises(InputError, match="does not hold a whole model: a target's scaling that gives no finite"):
        load_model(path)


CHAIN = "preprocess=['table_encoding',{kind='pca_whitening',components=3}]"


@pytest.fixture(scope="module")
def chained(table, tmp_path_factory):
    """The model of a run whose preprocessing has two steps."""
    options = {"settings": (*OPTIONS["settings"], CHAIN), "epochs": 1}
    return quick(table, tmp_path_factory.mktemp("chained"), **options).model


def test_a_chain_of_preprocessings_comes_back_as_it_was(chained, tmp_path):
    save_model(tmp_path / "m.safetensors", chained)
    back = load_model(tmp_path / "m.safetensors")
    assert back.experiment == chained.experiment and back.input_shape == (3,)
    assert same_bits(back, chained) and repr(back.fitted.steps[0].columns) == repr(chained.fitted.steps[0].columns)
    assert back.fitted.steps[1].variance_kept == chained.fitted.steps[1].variance_kept < 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"preprocess": {"steps": []}}, "the stored preprocessing is not one of 2 steps"),
        ({"preprocess": {"steps": [{"columns": []}, {}]}}, r"fitted to examples of shape \(\d+,\); got \(0,\)"),
        ({"preprocess": {"steps": [3, {}]}}, "the stored preprocessing is not one of 2 steps"),
        ({"drop": ("preprocess|1.mean",)}, "fitted components need the arrays deviations, directions, mean"),
        ({"arrays": {"preprocess|1.directions": np.ones((2, 3))}}, "do not go with a mean of shape"),
        ({"arrays": {"preprocess|1.deviations": np.full(3, np.nan)}}, "makes no finite examples"),
        ({"arrays": {"preprocess|1.mean": np.zeros(2)}}, "do not go with a mean of shape"),
        ({"schema": {"kind": "array", "shape": [8]}}, "the preprocessing of a table with the schema of arrays"),
    ],
)
def test_a_chain_that_would_fail_in_use_is_refused_when_it_is_read(chained, tmp_path, changes, message):
    path = rewritten(tmp_path / "m.safetensors", chained, **changes)
    with pytest.raises(InputError, match=rf"(?s)m\.safetensors does not hold a whole model: .*{message}"):
        load_model(path)


def test_a_file_that_is_missing_or_no_model_is_said(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*m\.safetensors: No such file"):
        load_model(tmp_path / "m.safetensors")
    save(tmp_path / "m.safetensors", {}, {})
    with pytest.raises(InputError, match=r"does not hold a whole model: 'experiment'"):
        load_model(tmp_path / "m.safetensors")
