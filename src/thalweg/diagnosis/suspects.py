"""What may be behind a run that is worse than it could be."""

from collections.abc import Callable, Iterator

from thalweg.diagnosis.case import Case
from thalweg.diagnosis.causes.activations import activations
from thalweg.diagnosis.causes.batch import batch
from thalweg.diagnosis.causes.by_checks import by_checks
from thalweg.diagnosis.causes.changed_examples import changed_examples
from thalweg.diagnosis.causes.depth import depth
from thalweg.diagnosis.causes.frozen import frozen
from thalweg.diagnosis.causes.initial_weights import initial_weights
from thalweg.diagnosis.causes.inputs import inputs
from thalweg.diagnosis.causes.labels import labels
from thalweg.diagnosis.causes.last_activation import last_activation
from thalweg.diagnosis.causes.length import length
from thalweg.diagnosis.causes.limits import limits
from thalweg.diagnosis.causes.loss import loss
from thalweg.diagnosis.causes.noise import noise
from thalweg.diagnosis.causes.nonlinearity import nonlinearity
from thalweg.diagnosis.causes.overfit import overfit
from thalweg.diagnosis.causes.penalty import penalty
from thalweg.diagnosis.causes.rate import rate
from thalweg.diagnosis.causes.reduction import reduction
from thalweg.diagnosis.causes.schedule import schedule
from thalweg.diagnosis.causes.update_rule import update_rule
from thalweg.diagnosis.causes.width import width
from thalweg.diagnosis.change import LIKELY, SURE, Change
from thalweg.diagnosis.finding import Finding, is_trouble
from thalweg.diagnosis.thresholds import CEILING_SCORE

CAUSES: tuple[Callable[[Case], Iterator[Change]], ...] = (
    by_checks,
    labels,
    inputs,
    reduction,
    frozen,
    initial_weights,
    last_activation,
    loss,
    nonlinearity,
    activations,
    depth,
    rate,
    schedule,
    update_rule,
    penalty,
    noise,
    changed_examples,
    limits,
    batch,
    length,
    width,
    overfit,
)

# Checks before training whose failure leads to a worse network.
TELLING = (
    "constant columns",
    "examples apart",
    "finite inputs",
    "gradient",
    "initial loss",
    "initial scale",
    "inputs used",
    "learning rate",
    "overfits a tiny set",
    "parameters move",
    "rows differ",
    "scaled inputs",
    "steps go down",
    "targets within reach",
    "units alive",
    "units differ",
)


def suspects(case: Case) -> tuple[Change, ...]:
    """Return what could be otherwise about a run, the likeliest cause of trouble first.

    Args:
        case: What is known of the run.

    Returns:
        Changes of one thing each; of equally likely causes the one that explains others comes first.
    """
    changes = [change for cause in CAUSES for change in cause(case) if change.experiment != case.experiment]
    return tuple(sorted(changes, key=lambda change: -change.weight))


def is_suspicious(case: Case, findings: tuple[Finding, ...], changes: tuple[Change, ...]) -> bool:
    """Say whether a run gives reason to try what could be otherwise.

    Args:
        case: What is known of the run.
        findings: Of the rules.
        changes: Of `suspects`.

    Returns:
        True where a rule warns, a check of the network failed, or a change is at least likely to help: better than
        simple models is not yet as good as it could be. Where hardly anything is left to gain, it must be sure to.
    """
    if any(map(is_trouble, findings)) or any(map(case.failed, TELLING)):
        return True
    # That a short run would do better if it were longer needs no trying, and what no setting mends cannot be tried.
    weights = [c.weight for c in changes if c.experiment is not None and c.cause != "too_few_epochs"]
    done = case.larger_is_better and case.score > CEILING_SCORE and case.beats_baselines
    return max(weights, default=0.0) >= (SURE if done else LIKELY)
