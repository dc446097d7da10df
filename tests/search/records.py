"""Records of trials that nobody trained: points, and the scores that a rule gives them."""

import numpy as np

from thalweg.search.record import Proposal, TrialRecord
from thalweg.search.stage import Known
from thalweg.search.written import read_space

RATE = read_space({"update.rate": "log 1e-4 .. 1e-1"})
BOTH = read_space({"update.rate": "log 1e-4 .. 1e-1", "penalty.strength": "log 1e-6 .. 1e-2"})


def record(number, point, score, *, stage="random", epochs=8, **changes):
    """A trial that ended well, unless it is said otherwise."""
    score = float(score)
    proposal = Proposal(point, epochs, **{k: changes.pop(k) for k in ("until", "repeat", "of") if k in changes})
    given = {"ending": "all epochs were trained", "failed": False, "loss": -score, "spent": float(epochs)}
    curve = ((0.0, 1.0, 1.0, 0.1), (float(epochs), 0.5, -score, score))
    given = {"seed": 0, "curve": curve, **given, **changes}
    return TrialRecord(number=number, stage=stage, proposal=proposal, score=score, **given)


def carried_out(stage, first, score_of, **changes):
    """The records of a stage, scored by a rule of their points."""
    return [
        record(
            number,
            proposal.point,
            float(score_of(proposal.point)),
            stage=stage.name,
            epochs=proposal.epochs,
            until=proposal.until,
            repeat=proposal.repeat,
            of=proposal.of,
            ending="" if proposal.until else "all epochs were trained",
            **changes,
        )
        for number, proposal in enumerate(stage.proposals, first)
    ]


def known(space=RATE, records=(), *, limits=None, sign=1.0, seed=0):
    """What a strategy is told; a rate may be anything above 0."""
    from thalweg.spec import Range

    wide = {d.name: Range(0.0, np.inf, True, False, False) for d in space.dimensions if d.numeric}
    return Known(space, limits or wide, sign, seed, tuple(records))


def all_stages(strategy, space, score_of, **given):
    """Carry a strategy out without training; return its stages and all records."""
    stages, records = [], []
    while (stage := strategy.next(known(space, records, **given))) is not None:
        stages.append(stage)
        records += carried_out(stage, len(records), score_of)
    return stages, records
