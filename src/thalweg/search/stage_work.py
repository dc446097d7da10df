"""Train what a stage asks for and is not known yet."""

import math
from collections.abc import Callable, Mapping

from thalweg.search.engine.over_folds import train_over_folds
from thalweg.search.engine.train_trials import Engine
from thalweg.search.engine.trial import Rest, Result, Trial
from thalweg.search.record import Proposal, TrialRecord, record_of
from thalweg.search.stage import Stage
from thalweg.search.strategies.coarse_to_fine import COARSE
from thalweg.search.strategies.successive_halving import SPARED
from thalweg.wording import counted


class StageWork:
    """What is under way in one stage."""

    def __init__(
        self,
        engine: Engine,
        stage: Stage,
        first: int,
        records: dict[int, TrialRecord],
        begun: Mapping[int, Rest],
        keep: Callable[[TrialRecord], None],
        trial_of: Callable[[Proposal, int], Trial],
    ) -> None:
        """Begin with what is known.

        Args:
            engine: Trains.
            stage: What is asked for.
            first: The number of its first trial.
            records: Of trials so far, by number; those of this stage are added.
            begun: Where earlier trials rest, by number.
            keep: Gets each record that is added.
            trial_of: Returns the trial of a proposal and a number, at its beginning.
        """
        self.engine, self.stage, self.first, self.records, self.begun = engine, stage, first, records, begun
        self.keep, self.trial_of = keep, trial_of
        self.rests: dict[int, Rest] = {}
        self.given_up: dict[int, Result] = {}
        self.risen: dict[int, float] = {}

    def done(self) -> tuple[bool, dict[int, Rest]]:
        """Train.

        Trials that are given up for their loss go on where that is among the lowest tenth of the stage's.

        Returns:
            Whether nothing is left, and where the trials that rest were left.
        """
        numbers = range(self.first, self.first + len(self.stage.proposals))
        if not train_over_folds(self.engine, [self._trial(n) for n in numbers if n not in self.records], self._told):
            return False, self.rests
        going_on = [self.given_up.pop(number) for number in self._spared()]
        self.risen = {result.trial.number: _loss(result) for result in going_on}
        for result in self.given_up.values():
            self._add(result)
        trials = [result.trial._replace(spared=True, rest=result.rest) for result in going_on]
        return train_over_folds(self.engine, trials, self._told), self.rests

    def _trial(self, number: int) -> Trial:
        proposal = self.stage.proposals[number - self.first]
        trial = self.trial_of(proposal, number)
        if proposal.of < 0 or proposal.repeat:
            return trial
        # One that goes on has shown what it is worth, and may have been spared before: where its rest is lost, it
        # comes to the same only if it is spared from its beginning.
        return trial._replace(rest=self.begun.get(proposal.of), spared=True)

    def _told(self, result: Result) -> None:
        if result.given_up:  # whether it may go on is known once all losses are
            self.given_up[result.trial.number] = result
        else:
            self._add(result)

    def _spared(self) -> list[int]:
        """Return the trials that were given up and may go on, by the losses that each had then, or has at its end."""
        own = [self.records[n] for n in self.records if n >= self.first]
        losses = {one.number: one.curve[-1][2] if math.isnan(one.risen) else one.risen for one in own if one.curve}
        losses |= {number: _loss(result) for number, result in self.given_up.items()}
        known = sorted((loss, number) for number, loss in losses.items() if math.isfinite(loss))
        return [n for _, n in known[: math.ceil(len(self.stage.proposals) / SPARED)] if n in self.given_up]

    def _add(self, result: Result) -> None:
        number = result.trial.number
        proposal = self.stage.proposals[number - self.first]
        parent = self.records.get(proposal.of)
        before = parent.curve[-1][0] if parent and parent.curve and not proposal.repeat else 0.0
        record = _judged(record_of(number, self.stage.name, proposal, result, before))
        record = record._replace(risen=self.risen.get(number, math.nan))
        self.records[number] = record
        if not record.ending and result.rest is not None:
            self.rests[number] = result.rest
        self.keep(record)


def _loss(result: Result) -> float:
    return float(result.history.evaluations[-1].validation_loss[0])


def _judged(record: TrialRecord) -> TrialRecord:
    """Count a coarse trial as failed if it learned nothing."""
    losses = [loss for _, loss, _, _ in record.curve]
    if record.stage not in COARSE or record.failed or len(losses) < 2 or min(losses[1:]) < losses[0]:
        return record
    return record._replace(failed=True, ending=f"its loss did not fall in {counted(record.proposal.epochs, 'epoch')}")
