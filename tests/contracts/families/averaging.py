"""The contract cases of the family 'averaging'."""

from tests.contracts.case import NOT_SHARES, SHARE, Case
from thalweg.averaging.exponential_average import ExponentialAverage
from thalweg.averaging.no_averaging import NoAveraging
from thalweg.averaging.stochastic_average import StochasticAverage

CASES = [
    Case(NoAveraging()),
    Case(ExponentialAverage(0.5), ExponentialAverage(0.25), None, {"decay": SHARE}, {"decay": NOT_SHARES}),
    Case(
        StochasticAverage(0.25), StochasticAverage(0.5), None, {"begin": "[0, 1]"}, {"begin": [-0.1, 1.1]}, jumps=True
    ),
]
