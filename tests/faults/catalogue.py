"""All faults by name."""

from tests.faults.networks import NETWORKS
from tests.faults.others import OTHERS
from tests.faults.setups import Fault
from tests.faults.steps import STEPS

FAULTS: tuple[Fault, ...] = (*STEPS, *NETWORKS, *OTHERS)
