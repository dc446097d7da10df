"""The picture of histograms: shares that add up, names as they are, gaps told."""

import numpy as np
import pytest
from tests.report.example import HOSTILE, history

from thalweg.report.figures.histograms import LEAST_SHARE, MOST_MAPS, ROWS, histogram_figures, rebinned
from thalweg.report.series import of_histograms
from thalweg.train.history import History


def the(figures):
    (figure,) = figures
    return figure, [button["label"] for button in figure.layout["updatemenus"][0]["buttons"]]


def counted(names, part="output"):
    one = {"counts": np.array([[1.0, 1.0]]), "ends": np.array([[0.0, 1.0]]), "not_finite": np.zeros(1)}
    return {f"{part}_{field}": dict.fromkeys(names, value) for field, value in one.items()}


def test_histograms_are_read_by_name():
    found = of_histograms(history(epochs=3), "weight")
    assert set(found) == {"dense_1/w", "dense_1/b"}
    assert found["dense_1/w"].at.tolist() == [12, 24, 36]
    assert found["dense_1/w"].ends.tolist() == [[-1, 1], [-2, 2], [-3, 3]]
    assert found["dense_1/w"].counts.shape == (3, 4) and found["dense_1/w"].not_finite.tolist() == [0, 0, 1]
    assert of_histograms(History(), "weight") == {}


def test_looks_at_another_network_are_left_out():
    made = history(epochs=2).with_probe({"1": counted(["new"])}, 99)
    assert of_histograms(made, "output")["new"].at.tolist() == [99]
    assert of_histograms(made, "output")["dense_1"].at.tolist() == [12, 24]


@pytest.mark.parametrize("edges", [[-3.0, 3.0], [-1.0, 0.0, 1.0], [-2.0, -0.3, 0.1, 0.2, 5.0]])
def test_other_bins_hold_as_many(edges):
    assert rebinned(np.array([1.0, 4.0, 2.0]), np.array([-1.0, 1.0]), np.array(edges)).sum() == pytest.approx(7)


@pytest.mark.parametrize(("value", "place"), [(0.0, 0), (0.5, 1), (2.0, 1)])
def test_entries_that_are_all_alike_stay_together(value, place):
    found = rebinned(np.array([0.0, 5.0]), np.array([value, value]), np.array([0.0, 0.5, 2.0]))
    assert found.tolist() == [5.0 * (place == 0), 5.0 * (place == 1)]


def test_each_choice_shows_one_map_and_every_look_adds_up():
    figure, labels = the(histogram_figures(history(epochs=3), ("dense_1", "activation_1")))
    assert labels[0] == "outputs, layer by layer, at the end"
    assert labels[6:] == [
        "outputs of dense_1 over epochs", "outputs of activation_1 over epochs",
        "gradients of outputs of dense_1 over epochs", "gradients of outputs of activation_1 over epochs",
        "dense_1/w over epochs",
    ]  # fmt: skip
    assert [trace["visible"] for trace in figure.data] == [True] + [False] * 10
    for place, button in enumerate(figure.layout["updatemenus"][0]["buttons"]):
        assert np.flatnonzero(button["args"][0]["visible"]).tolist() == [place]
    over = figure.data[labels.index("dense_1/w over epochs")]
    assert over["x"] == [1.0, 2.0, 3.0]
    shares = np.nan_to_num(10.0 ** over["z"])
    assert shares.shape == (ROWS, 3)
    np.testing.assert_allclose(shares.sum(axis=0), 1, rtol=0.02)  # powers are rounded to hundredths
    # The first look's entries lie within a third of the last one's.
    assert np.isnan(over["z"][: ROWS // 3, 0]).all() and not np.isnan(over["z"][:, 2]).any()


def test_what_is_said():
    figure, _ = the(histogram_figures(history(epochs=3)))
    assert figure.summary == (
        "At the end, but for far entries, there are outputs from \N{MINUS SIGN}3 to 3, gradients of outputs from "
        "\N{MINUS SIGN}3 to 3, weights from \N{MINUS SIGN}3 to 3. The list above has each layer over epochs. 1 entry "
        "is infinite or not a number."
    )


def test_a_rare_entry_has_the_lowest_colour_and_none_has_no_colour():
    one = {"output_counts": {"a": np.array([[1e7, 0.0, 1.0]])}, "output_ends": {"a": np.array([[0.0, 3.0]])}}
    made = History().with_probe({"0": {**one, "output_not_finite": {"a": np.zeros(1)}}}, 0)
    z = the(histogram_figures(made))[0].data[0]["z"][:, 0]
    assert z[0] > -2 and np.isnan(z[ROWS // 2]) and z[-1] == LEAST_SHARE


def test_a_deep_network_has_some_of_its_layers_and_says_how_many_are_missing():
    made = History().with_probe({"0": counted([f"dense_{k}" for k in range(1, 101)])}, 0)
    figure, labels = the(histogram_figures(made))
    assert len(labels) == 2 + MOST_MAPS
    assert "40 more were counted and are in the history only." in figure.summary


def test_names_are_shown_letter_by_letter():
    made = History().with_probe({"0": counted([HOSTILE])}, 0)
    figure, labels = the(histogram_figures(made))
    shown = (*labels, *figure.layout["xaxis"]["ticktext"], figure.data[-1]["hovertemplate"].replace("extra>", "", 2))
    assert all("<img" not in text and "</script" not in text for text in shown)
    assert any("&lt;" in text for text in shown)


def test_without_records_there_is_no_picture():
    assert histogram_figures(History()) == ()
    empty = {name: {k: 0 * v for k, v in found.items()} for name, found in counted(["a"]).items()}
    assert histogram_figures(History().with_probe({"0": empty}, 0)) == ()
