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
        for result in self.given_up.values():
            self._add(result)
        trials = [result.trial._replace(spared=True, rest=result.rest) for result in going_on]
        return train_over_folds(self.engine, trials, self._told), self.rests

    def _trial(self, number: int) -> Trial:
        proposal = self.stage.proposals[number - self.first]
        return self.trial_of(proposal, number)._replace(rest=self.begun.get(proposal.of))

    def _told(self, result: Result) -> None:
        if result.given_up:  # whether it may go on is known once all losses are
            self.given_up[result.trial.number] = result
        else:
            self._add(result)

    def _spared(self) -> list[int]:
        own = [self.records[n] for n in self.records if n >= self.first]
        losses = {record.number: record.curve[-1][2] for record in own if record.curve}
        losses |= {n: float(r.history.evaluations[-1].validation_loss[0]) for n, r in self.given_up.items()}
        known = sorted((loss, number) for number, loss in losses.items() if math.isfinite(loss))
        return [n for _, n in known[: math.ceil(len(self.stage.proposals) / SPARED)] if n in self.given_up]

    def _add(self, result: Result) -> None:
        number = result.trial.number
        proposal = self.stage.proposals[number - self.first]
        parent = self.records.get(proposal.of)
        before = parent.curve[-1][0] if parent and parent.curve and not proposal.repeat else 0.0
        record = _judged(record_of(number, self.stage.name, proposal, result, before))
        self.records[number] = record
        if not record.ending and result.rest is not None:
            self.rests[number] = result.rest
        self.keep(record)


def _judged(record: TrialRecord) -> TrialRecord:
    """Count a coarse trial as failed if it learned nothing."""
    losses = [loss for _, loss, _, _ in record.curve]
    if record.stage not in COARSE or record.failed or len(losses) < 2 or min(losses[1:]) < losses[0]:
        return record
    return record._replace(failed=True, ending=f"its loss did not fall in {counted(record.proposal.epochs, 'epoch')}")
