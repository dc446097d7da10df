"""The contract cases of the family 'rates'."""

from tests.contracts.case import NOT_SHARES, SHARE, Case
from thalweg.rates.automatic_rates import AutomaticRates
from thalweg.rates.layer_rate import LayerRate
from thalweg.rates.layer_rates import LayerRates
from thalweg.rates.same_rates import SameRates

CASES = [
    Case(SameRates()),
    Case(LayerRates((LayerRate("dense_1", 0.5),)), None, LayerRates((LayerRate(-1, 0.5),))),
    Case(
        AutomaticRates(),
        AutomaticRates(0.5, 1.2),
        None,
        {"memory": SHARE, "limit": "[1, inf)"},
        {"memory": NOT_SHARES, "limit": [0.0, 0.9, -1.0]},
    ),
]
ENTRIES = [
    Case(LayerRate("dense_1", 0.5), LayerRate("dense_1", 0.25), None, {"factor": "[0, inf)"}, {"factor": [-0.1, -1.0]})
]
