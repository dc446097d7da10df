"""Trials that are each trained once in every fold, and judged by the mean."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from thalweg.search.engine.train_trials import Engine, train_trials
from thalweg.search.engine.trial import Rest, Result, Trial
from thalweg.train.history import Evaluation, History


def train_over_folds(engine: Engine, trials: Iterable[Trial], told: Callable[[Result], None]) -> bool:
    """Train trials, each once in every fold of the engine; with one ground alone, as they are.

        score = mean_f score_f,    loss = mean_f loss_f

    A trial that fails in one fold has failed. Trials of all folds are members of the same populations.

    Args:
        engine: The data of each fold, the workers, and whether to leave off.
        trials: What to train, each of its own number.
        told: Gets what came of each trial once it has ended or rests in all folds, one at a time. Its history is the
            mean of those of the folds, in which one that has ended before the others stays where it was.

    Returns:
        Whether all came to an end; false where it was told to leave off.

    Raises:
        RunFailed: If one trial alone needs more memory than there is.
    """
    count = len(engine.grounds)
    if count == 1:
        return train_trials(engine, trials, told)
    wanted = {trial.number: trial for trial in trials}
    done: dict[int, dict[int, Result]] = {number: {} for number in wanted}
    waiting: list[Trial] = []
    for number, trial in wanted.items():
        for fold in range(count):
            before = trial.rest.folds[fold] if trial.rest is not None else None
            if before is not None and _is_done(before, trial):
                done[number][fold] = before
            else:
                rest = None if before is None else before.rest
                waiting.append(trial._replace(number=number * count + fold, fold=fold, rest=rest))

    def keep(result: Result) -> None:
        number, fold = divmod(result.trial.number, count)
        done[number][fold] = result
        finish(number)

    def finish(number: int) -> None:
        if len(done[number]) == count:
            told(_mean(wanted[number], [done[number][fold] for fold in range(count)]))

    for number in wanted:
        finish(number)  # one that goes on may have ended in all folds
    return train_trials(engine, waiting, keep)


def _is_done(before: Result, trial: Trial) -> bool:
    """Say whether a trial that goes on need not do so in a fold: it ended there, or rests where it is to rest."""
    if before.given_up:
        return False
    return bool(before.ending) or before.trial.until == trial.until


def _mean(trial: Trial, folds: Sequence[Result]) -> Result:
    failed = [place for place, result in enumerate(folds) if result.failed]
    last = max(folds, key=lambda result: result.steps)
    history = _mean_history([result.history for result in folds])
    score, loss = (float(np.mean([getattr(result, name) for result in folds])) for name in ("score", "loss"))
    rest = folds[0].rest
    return Result(
        trial=trial,
        ending=f"fold {failed[0] + 1} of {len(folds)}: {folds[failed[0]].ending}" if failed else last.ending,
        failed=bool(failed),
        history=history,
        score=score,
        loss=loss,
        rest=None if rest is None else Rest(rest.member, history, score, loss, tuple(folds)),
        given_up=bool(failed) and all(folds[place].given_up for place in failed),
    )


def _mean_history(folds: Sequence[History]) -> History:
    most = max(len(history.evaluations) for history in folds)
    if not all(history.evaluations for history in folds):
        return History()
    return History(
        evaluations=tuple(
            _mean_evaluation([own.evaluations[min(place, len(own.evaluations) - 1)] for own in folds])
            for place in range(most)
        )
    )


def _mean_evaluation(folds: Sequence[Evaluation]) -> Evaluation:
    latest = max(folds, key=lambda evaluation: evaluation.epoch)
    means = {
        name: np.mean([getattr(evaluation, name) for evaluation in folds], axis=0)
        for name in Evaluation._fields
        if name not in ("epoch", "step", "better", "seconds")
    }
    return latest._replace(**means, better=np.zeros(1, bool))  # a mean has no weights that could be kept
