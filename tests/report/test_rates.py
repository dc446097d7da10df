"""The picture of the learning rates that were tried."""

import math

import numpy as np
import pytest

from thalweg.checks.rate_range import learning_rate, not_judged, rate_range
from thalweg.checks.rate_sweep import RateSweep
from thalweg.report.figures.rates import rate_figures

RATES = 10.0 ** np.arange(-4, -1.9, 0.25)


def test_each_start_is_a_curve_and_the_interval_a_band():
    # exp(gain) is the share of the loss left: log 0.5 and log 4 are a half, and four times, which is drawn at 1.6.
    gain = np.log(np.array([[0.9, 0.8, 0.7, 0.6, 0.5, 0.6, 0.8, 1.2, 4.0]] * 2))
    sweep = RateSweep(100, RATES, gain)
    found = rate_range(sweep)
    result = learning_rate(found, sweep, 1e-3)
    (figure,) = rate_figures((not_judged("So."), result))
    first, second, level = figure.data
    assert [trace["name"] for trace in figure.data] == ["start 1", "start 2", "nothing gained"]
    np.testing.assert_allclose(first["y"], [0.9, 0.8, 0.7, 0.6, 0.5, 0.6, 0.8, 1.2, 1.6])
    assert list(second["y"]) == list(first["y"]) and level["y"] == [1.0, 1.0]
    band, own = figure.layout["shapes"]
    assert (band["x0"], band["x1"]) == pytest.approx((math.log10(found.low), math.log10(found.high)))
    assert own["x0"] == -3 and figure.summary.startswith(result.text)
    assert figure.layout["xaxis"]["ticktext"] == ["0.0001", "0.001", "0.01"]


def test_without_a_curve_there_is_no_picture():
    assert rate_figures((not_judged("So."),)) == ()
