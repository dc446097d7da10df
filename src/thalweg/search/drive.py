"""Carry out a search: stage after stage, each trained side by side, until the strategy has nothing more to ask."""

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.functions import NONE, Functions
from thalweg.search.check import checked_space
from thalweg.search.dimension import Dimension
from thalweg.search.engine.train_trials import Engine
from thalweg.search.engine.trial import Rest, Trial
from thalweg.search.experiment_at import experiment_at
from thalweg.search.finalists import Verdict, finalists_stage, verdict_of
from thalweg.search.limits import limits_of
from thalweg.search.narrowed import EDGES, at_edge, moved_past, spanned, within
from thalweg.search.record import Proposal, TrialRecord, ranked, worth
from thalweg.search.space import Space
from thalweg.search.stage import Known, Stage, Strategy
from thalweg.search.stage_work import StageWork
from thalweg.spec import replaced
from thalweg.train.scores import METRICS
from thalweg.wording import counted

SEEDS = 2**32


class Asked(NamedTuple):
    """What is searched, and how."""

    experiment: Experiment  # all that does not vary
    space: Space
    strategy: Strategy
    epochs: int  # of a trial of full length
    seed: int = 0
    finalists: int = 3  # of the best that are trained again from other seeds
    seeds: int = 3  # from how many each is trained, the search's own among them; 1 for no more
    given: Functions = NONE  # the user's own functions, by name


class Found(NamedTuple):
    """What came of a search."""

    records: tuple[TrialRecord, ...]  # by number
    stages: tuple[Stage, ...]
    verdict: Verdict | None  # None where no trial of full length came to a score
    edges: tuple[str, ...]  # a sentence on each range at whose edge the best trials lie, moved or not
    ended: bool  # whether all was tried; false where it was told to leave off


def search(
    engine: Engine,
    asked: Asked,
    *,
    kept: Sequence[TrialRecord] = (),
    keep: Callable[[TrialRecord], None] = lambda record: None,
    say: Callable[[str], None] = lambda line: None,
) -> Found:
    """Search.

    What is tried, and what comes of it, hangs on what is asked alone: not on how many trials are trained side by side,
    and not on whether the search was broken off and gone on with.

    Args:
        engine: The data, the workers, and whether to leave off. With a ground a fold, each trial is trained once in
            each, and its score is the mean.
        asked: The experiment, the space and the strategy.
        kept: Trials that an earlier part of the same search has tried.
        keep: Gets each further trial once it has ended or rests, one at a time.
        say: Gets a line a stage.

    Returns:
        What was found.

    Raises:
        InputError: If the space cannot be searched, the strategy asks for what there is not, or what was kept is of
            another search.
        RunFailed: If one trial alone needs more memory than there is.
    """
    space = checked_space(asked.space, asked.experiment, asked.given)
    limits = limits_of(space, asked.experiment, asked.given)
    sign = 1.0 if METRICS[engine.ground.metric].larger_is_better else -1.0
    records = {record.number: record for record in kept}
    stages: list[Stage] = []
    rests: dict[int, Rest] = {}
    first, ended = 0, True
    while True:
        known = Known(space, limits, sign, asked.seed, tuple(records[number] for number in range(first)))
        stage = asked.strategy.next(known)
        if stage is None:
            stage = finalists_stage(known, asked.epochs, asked.finalists, asked.seeds)
        if stage is None:
            break
        stages.append(stage)
        for line in (_announced(stage), *stage.remarks):
            say(line)
        _check_kept(stage, first, records)
        rests = {number: rests[number] for p in stage.proposals if (number := p.of) in rests}
        work = StageWork(engine, stage, first, records, rests, keep, functools.partial(trial_of, asked))
        ended, rests = work.done()
        if not ended:
            break
        first += len(stage.proposals)
        say(_best_so_far(records, sign))
    strange = [number for number in records if not 0 <= number < first] if ended else []
    if strange:
        raise InputError(
            f"trial {strange[0]} that was kept is none of this search's. Search anew, or restore what was kept."
        )
    known = known._replace(records=tuple(record for _, record in sorted(records.items())))
    verdict = verdict_of(known, asked.epochs) if ended else None
    return Found(known.records, tuple(stages), verdict, _edges(stages, known) if ended else (), ended)


def trial_of(asked: Asked, proposal: Proposal, number: int = 0) -> Trial:
    """Return what is trained for a proposal.

    Args:
        asked: What is searched.
        proposal: The trial.
        number: Its number.

    Returns:
        The trial at its beginning: the experiment at its point, as many epochs long as it is to be.
    """
    experiment = experiment_at(asked.experiment, proposal.point, asked.given)
    experiment = replaced(experiment, training=replaced(experiment.training, epochs=proposal.epochs))
    return Trial(number, experiment, (asked.seed + proposal.repeat) % SEEDS, proposal.until)


def _announced(stage: Stage) -> str:
    lengths = sorted({proposal.until or proposal.epochs for proposal in stage.proposals})
    epochs = " or ".join(counted(length, "epoch") for length in lengths)
    each = " each" if len(stage.proposals) > 1 else ""
    return f"{stage.name}: {counted(len(stage.proposals), 'trial')} of {epochs}{each}"


def _best_so_far(records: Mapping[int, TrialRecord], sign: float) -> str:
    best = ranked(list(records.values()), sign)[0]
    failed = sum(record.failed for record in records.values())
    lost = f"; {failed} of {len(records)} failed" if failed else ""
    if worth(best, sign) == -math.inf:
        return f"  no score so far{lost}"
    return f"  best score so far {best.score:.4g}, of trial {best.number}{lost}"


def _check_kept(stage: Stage, first: int, records: Mapping[int, TrialRecord]) -> None:
    """Refuse trials of another search than the one that is gone on with."""
    for number, proposal in enumerate(stage.proposals, first):
        record = records.get(number)
        if record is not None and (record.stage, record.proposal) != (stage.name, proposal):
            raise InputError(
                f"trial {number} that was kept is {record.stage} at {record.proposal.point}; this search asks for "
                f"{stage.name} at {proposal.point} there. Search anew, or with what was asked for before."
            )


def _edges(stages: Sequence[Stage], known: Known) -> tuple[str, ...]:
    """Say of which ranges, as far as they were searched at all, the best trials lie at an edge."""
    drawn = [stage for stage in stages if any(proposal.of < 0 for proposal in stage.proposals)]
    if not drawn:
        return ()
    # Of all that was searched, for the end of a range that the search itself has cut is no edge; by the trials that are
    # as long as the first ones, which are the most.
    space, epochs = _over_all(drawn), drawn[0].proposals[0].epochs
    equal = [r for r in known.records if r.proposal.of < 0 and r.proposal.epochs == epochs]
    records = within(space, equal)
    sentences = []
    for dimension in space.dimensions:
        side = at_edge(dimension, records, known.limits, known.sign)
        if side:
            beyond = moved_past(dimension.over, side, known.limits[dimension.name])
            sentences.append(
                f"{dimension.name}: the best trials lie at the {EDGES[side]} edge of {dimension.over}, so better ones "
                f"may lie beyond. Search {beyond}."
            )
    return tuple(sentences)


def _over_all(stages: Sequence[Stage]) -> Space:
    """Return the first stage's space with ranges that hold those of all stages."""
    later = [one for stage in stages[1:] for one in stage.space.dimensions]
    return Space(
        tuple(
            Dimension(
                dimension.paths,
                functools.reduce(spanned, (o.over for o in later if o.name == dimension.name), dimension.over),
                dimension.when,
            )
            for dimension in stages[0].space.dimensions
        )
    )
