"""What may look at training from inside the compiled program, and what it sees."""

from typing import Any, NamedTuple, Protocol, runtime_checkable

from thalweg.objective import Evaluated
from thalweg.types import Array, Params, State


class View(NamedTuple):
    """One step of one member, as an observer sees it."""

    step: Array  # (), from 0
    rate: Array  # (), the update rule's rate at this step
    evaluated: Evaluated  # loss parts on this step's batch, before the update
    before: Params
    gradients: Params
    after: Params


class ProbeView(NamedTuple):
    """One member on the probe set: fixed rows of the training part, in inference mode."""

    params: Params
    state: State
    activations: dict[str, Array]  # (n, ...) each layer's output, by layer name, in order
    gradients: dict[str, Array]  # (n, ...) of the mean loss with respect to each of these


@runtime_checkable
class Observer(Protocol):
    """Measures; never changes training, bit for bit. Hashable, for it is part of the compiled program."""

    def measure(self, view: View) -> Any:
        """Return a record of fixed shape: a pytree of float arrays."""
        ...


@runtime_checkable
class ProbeObserver(Protocol):
    """Measures on the probe set between chunks."""

    def measure_probe(self, view: ProbeView) -> Any:
        """Return a record of fixed shape: a pytree of float arrays."""
        ...
