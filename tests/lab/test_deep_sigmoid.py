"""The page of deep sigmoids: its claims on made-up courses, small networks trained as the page trains its own."""

import gzip
import struct

import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.activations.sigmoid import Sigmoid
from thalweg.errors import InputError
from thalweg.keys import role, root
from thalweg.lab import deep_sigmoid as page
from thalweg.lab.deep_sigmoid import deep_sigmoid, margin, sheet_of
from thalweg.lab.deep_sigmoid_runs import Course, load_images, run_way, ways
from thalweg.lab.sheet_page import render_sheet
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.network.chain import every
from thalweg.network.sequential import Sequential
from thalweg.starts.boltzmann_stack import BoltzmannStack
from thalweg.types import Seen


def course(title, ratio, score, fitted=1.0):
    """A made-up course of five repeats; the middle rate is the best one."""
    lengths = np.ones((5, 9))
    lengths[:, 0] = ratio
    spread = np.array([-0.02, -0.01, 0.0, 0.01, 0.02])
    test = np.stack([np.full(5, 0.2), score + spread, np.full(5, 0.99)], axis=1)
    validation = np.tile([0.1, 0.9, 0.3], (5, 1))
    return Course(title, lengths, validation, test, np.full((5, 3), fitted))


def made_up():
    return (
        course("random", 1e-4, 0.11, 0.12), course("begun", 0.1, 0.9), course("relu", 3.0, 0.92),
        course("norm", 2.0, 0.9), course("short", 2.5, 0.91),
    )  # fmt: skip


def write(path, values):
    head = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    path.write_bytes(gzip.compress(head + values.astype(np.uint8).tobytes()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Pictures of 4 x 4 of which the lit half tells the class, on top or below."""
    place, random = tmp_path_factory.mktemp("halves"), np.random.default_rng(0)
    for name, count in (("train", 300), ("t10k", 60)):
        y = random.integers(0, 2, count)
        x = random.integers(0, 60, (count, 4, 4))
        x[:, :2] += 190 * (1 - y[:, None, None])
        x[:, 2:] += 190 * y[:, None, None]
        write(place / f"{name}-images-idx3-ubyte.gz", x)
        write(place / f"{name}-labels-idx1-ubyte.gz", y)
    return place


def test_claims_hold_where_random_sigmoids_fail_and_the_others_learn():  # P2
    sheet = sheet_of(made_up(), 2000, 0)
    assert sheet.disagreements() == () and len(sheet.claims) == 10
    assert "get 11.0% of test images right from random weights, and 90.0% from" in sheet.headline
    first, second = sheet.tables[0].rows[:2]
    assert first == ("random", "0.0001", "12.0%", "11.0%", "") and second[3:] == ("90.0%", "79.0 (79.0 to 79.0)")
    assert len(sheet.tables[1].rows) == 25 and sheet.tables[1].rows[0] == ("random", "1", "0.1", "9.00%")
    shown = render_sheet(sheet)
    assert 'data-figure="lengths"' in shown and ">nan" not in shown


def test_every_claim_can_fail():
    plain, begun, *others = made_up()
    assert len(sheet_of((begun, plain, *others), 2000, 0).disagreements()) == 4
    poor = [course("poor", 0.01, 0.5)] * 3
    assert len(sheet_of((plain, begun, *poor), 2000, 0).disagreements()) == 6


def test_the_margin_is_students_interval_of_the_pairs():
    one, other = course("a", 1.0, 0.9), course("b", 1.0, 0.5)
    noisy = one._replace(test=one.test + np.array([0.05, 0.0, 0.0, 0.0, -0.05])[:, None])
    found = margin(noisy, other)
    # Differences 0.45, 0.4, 0.4, 0.4, 0.35: deviation sqrt(2 x 0.0025 / 4); t of 4 degrees of freedom is 2.776.
    half = 2.776 * np.sqrt(0.005 / 4) / np.sqrt(5)
    np.testing.assert_allclose(found, [0.4, 0.4 - half, 0.4 + half], rtol=1e-6)


def test_all_ways_have_one_depth_and_width_and_the_first_two_one_network():
    found = ways(10, depth=4, width=6)
    assert found[0].layers == found[1].layers and isinstance(found[1].begin, BoltzmannStack)
    for way in found:
        dense = [layer for layer in every(way.layers) if type(layer).__name__ == "Dense"]
        assert [layer.units for layer in dense] == [6, 6, 6, 6, 10]
    bends = [sum(getattr(layer, "function", None) == Sigmoid() for layer in every(way.layers)) for way in found]
    assert bends == [4, 4, 0, 4, 4]


def test_small_networks_are_trained_and_looked_at_by_hand(folder):
    images = load_images(folder, 80)
    assert images.x.shape == (360, 16) and (images.classes, images.training) == (2, 300) and images.x.max() <= 1
    said = []
    plain, begun, *_ = ways(2, depth=2, width=8, epochs=300)
    found = run_way(images, begun, rows=80, seed=3, repeats=2, steps=150, rates=(1e-9, 0.3), say=said.append)
    assert said == ["sigmoids, pre-trained"] and found.lengths.shape == (2, 3) and found.test.shape == (2, 2)
    assert (found.test[:, 1] > 0.95).all() and (found.fitted > 0.95).all()
    best = found.validation.argmax(axis=1)
    np.testing.assert_array_equal(found.score, [found.test[k, best[k]] for k in range(2)])
    np.testing.assert_array_equal(found.fitted, [found.training[k, best[k]] for k in range(2)])
    np.testing.assert_allclose(found.ratio, found.lengths[:, 0] / found.lengths[:, 1])
    # The second repeat's weights begin at what the same machines learn from the same images by hand.
    rows = np.sort(np.random.default_rng([3, 1]).permutation(300)[:80])
    network, key = Sequential(begun.layers), role(root(3, 1), "init")
    drawn, state = network.init(key, (16,))
    seen = Seen(jnp.asarray(images.x[rows]), jnp.asarray(images.y[rows]), jnp.ones(80))
    params = begun.begin(network, SoftmaxCrossEntropy(), drawn, state, seen, key=key)
    hidden = 1 / (1 + np.exp(-images.x[300:] @ np.asarray(params["dense_1"]["w"]) - np.asarray(params["dense_1"]["b"])))
    up = 1 / (1 + np.exp(-hidden @ np.asarray(params["dense_2"]["w"]) - np.asarray(params["dense_2"]["b"])))
    scores = up @ np.asarray(params["dense_3"]["w"])
    assert np.mean(scores.argmax(axis=1) == images.y[300:]) == pytest.approx(found.test[1, 0], abs=0.02)
    assert plain.begin != begun.begin


def test_what_cannot_be_run_is_refused(folder, tmp_path):
    for rows, wanted in (
        (0, "--rows must be 1 or more; got 0."),
        (300, "holds 300 training images; 300 to train on and"),
    ):
        with pytest.raises(InputError, match=wanted):
            load_images(folder, rows)
    with pytest.raises(InputError, match=r"is no folder\. Give the one of MNIST's files"):
        load_images(tmp_path / "nowhere", 80)
    with pytest.raises(InputError, match="holds no t10k-images-idx3-ubyte file"):
        load_images(tmp_path, 80)


def test_the_page_is_made_of_what_the_runs_find(folder, monkeypatch):
    courses = dict(zip([way.title for way in ways(2)], made_up(), strict=True))
    monkeypatch.setattr(page, "run_way", lambda images, way, *, rows, seed, say: courses[way.title])
    sheet = deep_sigmoid(folder, 4, rows=80)
    assert sheet.options == (str(folder), "--rows", "80") and sheet.seed == 4 and sheet.disagreements() == ()
    assert sheet.python.endswith(f"sheet = deep_sigmoid(Path({str(folder)!r}), 4, rows=80)")
