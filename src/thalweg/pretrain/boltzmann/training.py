"""How a machine is trained, as one value."""

from thalweg.errors import InputError
from thalweg.pretrain.boltzmann.contrastive_divergence import ContrastiveDivergence
from thalweg.pretrain.boltzmann.persistent_chains import PersistentChains
from thalweg.spec import part, spec, tunable
from thalweg.types import Scalar


@spec
class BoltzmannTraining:
    """Say how a machine is to be trained.

        v <- mu v + rate_t (gradient - decay W - cost (q - target) <v>),    parameters <- parameters + v
        rate_t = rate (1 + (last_share - 1) t / (T - 1)),    t = 0 ... T - 1

    The decay is of the weights alone. q is a decaying mean of how likely each hidden unit is on, 0.9 of it kept at a
    batch; the last term, of the weights, and cost (q - target) of the hidden biases, is the derivative of the
    cross-entropy between q and the target.

    Args:
        chains: How the machine's own statistics are estimated.
        rate: Step size of the first step; positive. 0.05 suits binary units; of real units take a tenth of it or less.
        last_share: Share of the rate that is left at the last step, in [0, 1].
        momentum: mu, share of the velocity kept each step, in [0, 1).
        decay: Of the weights each step, times the rate; at least 0.
        sparsity_cost: How strongly hidden units are pushed towards the target; at least 0, which is off.
        sparsity_target: How likely a hidden unit is to be on, in (0, 1).
        epochs: Passes over the rows, at least 1.
        batch: Rows a step, at least 1; more than there are count as all.
        binarise: Whether numbers between 0 and 1 are probabilities, of which 0 or 1 is drawn anew at every epoch. Of
            units of 0 and 1 only; otherwise they stand for states themselves.

    Raises:
        InputError: If a number is outside its range.

    Example:
        >>> BoltzmannTraining(ContrastiveDivergence(), rate=0.1, epochs=5).chains
        ContrastiveDivergence(steps=1)

    Source: Hinton, "A practical guide to training restricted Boltzmann machines", 2010, sections 7 and 9 to 11; the
    sparsity target goes back to Lee, Ekanadham and Ng, "Sparse deep belief net model for visual area V2", 2008.
    """

    chains: ContrastiveDivergence | PersistentChains = part(PersistentChains(), family="Boltzmann chains")
    rate: Scalar = tunable(0.05, low=0.0, open_low=True)
    last_share: Scalar = tunable(0.0, low=0.0, high=1.0)
    momentum: Scalar = tunable(0.5, low=0.0, high=1.0, open_high=True)
    decay: Scalar = tunable(0.0, low=0.0)
    sparsity_cost: Scalar = tunable(0.0, low=0.0)
    sparsity_target: Scalar = tunable(0.1, low=0.0, high=1.0, open_low=True, open_high=True)
    epochs: Scalar = tunable(20, low=1, high=1_000_000, whole=True)
    batch: int = 100
    binarise: bool = False

    def __post_init__(self):
        """Check the batch size."""
        if self.batch < 1:
            raise InputError(f"BoltzmannTraining.batch must be at least 1; got {self.batch}.")
