"""Every kind of preprocessing keeps every contract: learned from training rows alone, each row by itself, files."""

import numpy as np
import pytest

from tests.contracts import cases
from thalweg.archive import load, save
from thalweg.data.columns import CategoryColumn, NumericColumn, take
from thalweg.data.split import Split
from thalweg.preprocess.arrays import MinMax, PixelScale, Standardize
from thalweg.preprocess.chain import apply, fit, pack, unpack
from thalweg.preprocess.channels import CenterChannels
from thalweg.preprocess.hue_histogram import HueHistogram
from thalweg.preprocess.image_features import ImageFeatures
from thalweg.preprocess.oriented_gradients import OrientedGradients
from thalweg.preprocess.pca import PCA
from thalweg.preprocess.polynomial import Polynomial
from thalweg.preprocess.steps import StandardizeSteps
from thalweg.preprocess.table import TableEncoding
from thalweg.preprocess.visual_words import VisualWords
from thalweg.spec import kind_of

N = 40
SPLIT = Split(np.arange(24), np.arange(24, 32), np.arange(32, N))
SPECS = [case.spec for family in ("preprocessing", "column scaling") for case in cases.VALUES[family]]
CHAINS = [
    (TableEncoding(), PCA(variance=0.9), MinMax()),
    (Standardize(), Polynomial(2), Standardize()),
    (PixelScale(),),
    (ImageFeatures((HueHistogram(), OrientedGradients(4), VisualWords(4, patches=99))), Standardize()),
]


def name(spec):
    return "+".join(kind_of(type(step)) for step in (spec if isinstance(spec, tuple) else (spec,)))


every = pytest.mark.parametrize("spec", [*dict.fromkeys(SPECS), *CHAINS], ids=name)


def inputs_for(spec, *, wild=False):
    """Examples that a kind takes; the rows outside training may be as wild as can be."""
    random = np.random.default_rng(0)
    held_back = np.concatenate([SPLIT.validation, SPLIT.test])
    spec = spec[0] if isinstance(spec, tuple) else spec
    if isinstance(spec, PixelScale | CenterChannels):
        x = random.integers(0, 256, (N, 3, 2, 3), np.uint8)
        x[held_back] = 255 if wild else x[held_back]
        return x
    if isinstance(spec, HueHistogram | OrientedGradients | VisualWords | ImageFeatures):
        x = random.integers(0, 256, (N, 9, 10, 3), np.uint8)
        x[held_back] = 255 if wild else x[held_back]
        return x
    if isinstance(spec, StandardizeSteps):
        x = random.normal(5.0, 2.0, (N, 4, 3))
        x[::3, 2:] = 0  # padding
        x[held_back] = 1e6 if wild else x[held_back]
        return x
    x = random.normal(5.0, 2.0, (N, 3))
    x[held_back] = 1e6 if wild else x[held_back]
    if not isinstance(spec, TableEncoding):
        return x
    codes = random.integers(-1, 3, N).astype(np.int32)
    codes[held_back] = 2 if wild else codes[held_back]
    holed = np.where(np.arange(N) % 5 == 0, np.nan, x[:, 1])
    return (NumericColumn("a", x[:, 0]), NumericColumn("b", holed), CategoryColumn("c", codes, ("k", "l", "m")))


def some(inputs, rows):
    return take(inputs, rows) if isinstance(inputs, tuple) else inputs[rows]


@every
def test_numbers_come_out_finite_and_in_32_bits(spec):
    x = apply(spec, fit(spec, inputs_for(spec), SPLIT), inputs_for(spec))
    assert x.dtype == np.float32 and len(x) == N and np.isfinite(x).all()


@every
def test_rows_outside_training_teach_nothing(spec):
    one, other = (fit(spec, inputs_for(spec, wild=wild), SPLIT) for wild in (False, True))
    train = some(inputs_for(spec), SPLIT.train)
    np.testing.assert_array_equal(apply(spec, one, train), apply(spec, other, train))


@every
def test_a_row_alone_is_as_among_others(spec):
    inputs = inputs_for(spec)
    fitted = fit(spec, inputs, SPLIT)
    together = apply(spec, fitted, inputs)
    alone = [apply(spec, fitted, some(inputs, np.array([row]))) for row in range(N)]
    np.testing.assert_array_equal(np.concatenate(alone), together)


@every
def test_what_was_learned_survives_a_file(spec, tmp_path):
    inputs = inputs_for(spec)
    fitted = fit(spec, inputs, SPLIT)
    save(tmp_path / "fitted.safetensors", *pack(spec, fitted))
    back = unpack(spec, *load(tmp_path / "fitted.safetensors"))
    np.testing.assert_array_equal(apply(spec, back, inputs), apply(spec, fitted, inputs))


@every
def test_the_inputs_are_left_as_they_were(spec):
    inputs, like = inputs_for(spec), inputs_for(spec)
    apply(spec, fit(spec, inputs, SPLIT), inputs)
    for one, other in zip(inputs, like, strict=True):
        np.testing.assert_array_equal(
            one[1] if isinstance(one, tuple) else one, other[1] if isinstance(other, tuple) else other
        )


@every
def test_nothing_is_warned_of_where_every_input_varies(spec):
    assert [remark for remark in fit(spec, inputs_for(spec), SPLIT).remarks if remark.severity == "warning"] == []
