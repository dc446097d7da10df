"""Features that the user computes: row by row, on the host, by a function that is handed in again."""

import numpy as np
import polars
import pytest

import thalweg
from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.preprocess import custom_features
from thalweg.preprocess.custom_features import CustomFeatures

SPLIT = Split(np.arange(4), np.arange(4, 6), np.arange(6, 6))


def square_and_sign(x):
    return np.concatenate([x**2, np.sign(x)], axis=1)


def brightness(x):
    return x.reshape(len(x), -1).mean(axis=1, keepdims=True)


def whole_numbers(x):
    return np.rint(x).astype(int)


def no_axis(x):
    return x[:, 0] * x[:, 1]


def nothing(x):
    return x[:, :0]


def centred(x):
    return x - x.mean(axis=0)


def logs(x):
    return np.log(x)


def hidden_root(x):
    with np.errstate(invalid="ignore"):
        return np.sqrt(x - 1e9)


def one_number(x):
    return float(x.sum())


def one_row(x):
    return x.mean(axis=0)


def words(x):
    return x.astype(str)


def fails(x):
    return x[:, 7]


def by_what_is_there(x):
    return x if (x > 0).all() else x[:, :1]


def by_size(x):
    return np.zeros((len(x), 1 + (len(x) > 1)))


def inputs(*shape):
    return np.random.default_rng(0).normal(size=(6, *shape))


def test_each_row_becomes_what_the_function_says():
    x, kind = inputs(3), CustomFeatures(square_and_sign)
    made = kind.apply(kind.fit(x, SPLIT), x)
    assert made.dtype == np.float32
    np.testing.assert_array_equal(made, np.concatenate([x**2, np.sign(x)], axis=1).astype(np.float32))


def test_a_shape_of_examples_may_change_and_whole_numbers_will_do():
    x = inputs(2, 2, 3)
    kind = CustomFeatures(brightness)
    np.testing.assert_allclose(kind.apply(kind.fit(x, SPLIT), x), x.mean(axis=(1, 2, 3))[:, None], rtol=1e-6)
    kind = CustomFeatures(whole_numbers)
    np.testing.assert_array_equal(kind.apply(kind.fit(x, SPLIT), x), np.rint(x))


def test_rows_are_handed_over_a_few_at_a_time(monkeypatch):
    x, kind = inputs(3), CustomFeatures(square_and_sign)
    whole = kind.apply(kind.fit(x, SPLIT), x)
    monkeypatch.setattr(custom_features, "SLICE", 7)  # numbers: two rows of three
    np.testing.assert_array_equal(kind.apply(kind.fit(x, SPLIT), x), whole)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (no_axis, r"a row for each of the 4 it takes; got float64\[4\]\."),
        (nothing, r"a row for each of the 4 it takes; got float64\[4, 0\]\."),
        (centred, r"the function 'centred' of CustomFeatures gives other features for a row alone than for the same "
         "row among others. Let it map each row by itself: what it looks at in other rows would leak from those that"),
        (hidden_root, r"'hidden_root' of CustomFeatures gives numbers that are not finite for row \d+ \(from 0\)"),
        (by_size, "the function 'by_size' of CustomFeatures gives other features for a row alone"),
        (one_number, "the function 'one_number' of CustomFeatures must return a NumPy array of real numbers "
         r"\(n, \.\.\.\), a row for each of the 4 it takes; got -?\d\.\d+\."),
        (one_row, r"a row for each of the 4 it takes; got float64\[3\]\."),
        (words, r"a row for each of the 4 it takes; got <U32\[4, 3\]\."),
        (fails, r"the function 'fails' of CustomFeatures failed on float64\[4, 3\]: IndexError: .* Mend the"),
    ],
)  # fmt: skip
def test_a_function_that_cannot_serve_is_told_when_it_is_fitted(function, said):
    with pytest.raises(InputError, match=said):
        CustomFeatures(function).fit(inputs(3), SPLIT)


def test_a_function_whose_outputs_change_their_shape_later_is_told(monkeypatch):
    monkeypatch.setattr(custom_features, "SLICE", 15)  # five rows of three, then the one that is left
    kind, x = CustomFeatures(by_what_is_there), np.concatenate([np.ones((5, 3)), -np.ones((1, 3))])
    fitted = kind.fit(x, SPLIT)
    with pytest.raises(InputError, match=r"'by_what_is_there' of \w+ returned examples of the shapes \(1,\), \(3,\)\."):
        kind.apply(fitted, x)


def test_no_rows_give_no_rows():
    kind = CustomFeatures(square_and_sign)
    assert kind.apply(kind.fit(inputs(3), SPLIT), inputs(3)[:0]).shape == (0, 6)


@pytest.mark.parametrize("preprocess", [[], ["standardize"]], ids=["alone", "and then scaled"])
def test_a_function_that_has_no_answer_to_zeros_can_be_read_back(tmp_path, preprocess):
    random = np.random.default_rng(0)
    x = random.uniform(1, 2, size=(100, 3))
    chain = [{"kind": "custom_features", "function": logs}, *preprocess]
    made = thalweg.fit((x, (x[:, 0] > 1.5).astype(int)), config={"preprocess": chain}, out=tmp_path / "run", epochs=1,
                       checks=False, attempts=0)  # fmt: skip
    run = thalweg.load(made.run, parts=[logs])
    assert len(run.predict(x)) == 100


def test_a_run_with_them_predicts_once_the_function_is_handed_in(tmp_path):
    random = np.random.default_rng(0)
    frame = polars.DataFrame({"a": random.normal(size=200), "b": random.normal(size=200)})
    far = frame["a"].abs() > 0.7
    frame = frame.with_columns(pick=far.replace_strict({True: "far", False: "near"}))
    made = thalweg.fit(
        frame, target="pick", epochs=15, checks=False, attempts=0, out=tmp_path / "run",
        config={
            "preprocess": ["table_encoding", {"kind": "custom_features", "function": square_and_sign}],
            "network": {"layers": [{"kind": "dense", "units": 1}]},
            "update": {"rate": 0.1},
        },
    )  # fmt: skip
    run = thalweg.load(made.run, parts=[square_and_sign])
    assert (run.predict(frame)["prediction"] == frame["pick"]).mean() > 0.9
    with pytest.raises(InputError, match=r"unknown function 'square_and_sign'\. There are: none\."):
        thalweg.load(made.run)
