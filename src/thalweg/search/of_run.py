"""The search that a run makes before it trains: what is asked for, and the trials, kept in the run directory."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from thalweg.catalogue import KINDS
from thalweg.diagnosis.attempts import Ground, prepared_for
from thalweg.errors import InputError, choose
from thalweg.experiment import Experiment
from thalweg.functions import Functions
from thalweg.rates.layer_rates import LayerRates
from thalweg.runs.ensemble.record import MemberRecord
from thalweg.runs.examples import Examples
from thalweg.runs.place import TRIALS
from thalweg.runs.record import Record
from thalweg.runs.search_record import SearchRecord, SearchSummary, Winner
from thalweg.runs.training import ground_of
from thalweg.search.check import checked_space
from thalweg.search.default_space import default_space
from thalweg.search.drive import Asked, Found, search, trial_of
from thalweg.search.engine.train_trials import Engine
from thalweg.search.finalists import best_trials
from thalweg.search.folds_of_run import fold_engine
from thalweg.search.limits import field_range, limits_of
from thalweg.search.log import appending, read_trials
from thalweg.search.space import Space
from thalweg.search.stage import Known
from thalweg.search.strategies.table import STRATEGIES
from thalweg.search.summary import summary_of
from thalweg.search.table import write_table
from thalweg.search.written import read_setting, read_space, write_space
from thalweg.serialise import from_plain, to_plain
from thalweg.train.prepare import Prepared
from thalweg.train.scores import METRICS
from thalweg.wording import agreeing, counted


class Wanted(NamedTuple):
    """What a user asks of a search."""

    trials: int
    strategy: str
    space: Mapping[str, Any] | None  # as a file has it; None for the default
    over: Sequence[str]  # "path=range" each; alone they are all of the space
    finalists: int
    seeds: int
    run: str = ""  # whose trained network every trial begins with; "" where networks are drawn


class Searched(NamedTuple):
    """What training begins with once a search has ended."""

    record: Record  # with the winner
    prepared: Prepared  # by its experiment
    summary: SearchSummary


def search_record(
    wanted: Wanted, experiment: Experiment, task: Any, given: Functions, rates: tuple[float, float] | None = None
) -> SearchRecord:
    """Return what is to be searched, as a record keeps it.

    Args:
        wanted: What the user asks for.
        experiment: All that does not vary.
        task: Kind of the task, for the default space.
        given: The user's own functions, by name.
        rates: That should suit the experiment, for the default space; None where nothing is known.

    Returns:
        The record.

    Raises:
        InputError: If the strategy is not known or cannot be carried out, or the space cannot be searched.
    """
    choose(wanted.strategy, STRATEGIES, what="strategy")
    space = _space(wanted, experiment, task, rates)
    if wanted.run:
        space = _of_trained(space, experiment, wanted)
    space = checked_space(space, experiment, given)
    # What the strategy cannot do, it says when it is asked for its first stage.
    strategy = STRATEGIES[wanted.strategy](wanted.trials, int(experiment.training.epochs))
    strategy.next(Known(space, limits_of(space, experiment, given), 1.0, 0, ()))
    return SearchRecord(write_space(space), wanted.strategy, wanted.trials, wanted.finalists, wanted.seeds)


def searched(
    run: Path,
    record: Record,
    examples: Examples,
    prepared: Prepared,
    given: Functions,
    *,
    stop: Callable[[], bool],
    say: Callable[[str], None],
) -> Searched | None:
    """Search, going on with the trials that lie in the run directory.

    Args:
        run: The run directory, locked by the caller.
        record: Says what to search.
        examples: The data as read, and their parts.
        prepared: By the experiment that was asked for, or by the winner's where it is known.
        given: The user's own functions, by name.
        stop: Whether to leave off.
        say: Gets a line a stage.

    Returns:
        What training begins with; None where it was told to leave off.

    Raises:
        InputError: If the trials cannot be read or written, are of another search, or none of them came to a score.
        RunFailed: If one trial alone needs more memory than there is.
    """
    what, path = asked_of(record, given), run / TRIALS
    kept = read_trials(path, record.identity)
    if kept and record.winner is None:
        say(f"{counted(len(kept), 'trial')} of the search {agreeing(len(kept), 'is', 'are')} there already")
    ground = ground_of(record, examples.source, prepared)
    engine = fold_engine(record, examples.source, prepared, stop) if record.folds else Engine(ground, stop=stop)
    with appending(path, record.identity) as append:
        told = say if record.winner is None else _silent
        found = search(engine, what, kept=kept, keep=append, say=told)
    if not found.ended:
        return None
    if found.verdict is None:
        raise InputError(
            f"none of {counted(len(found.records), 'trial')} came to a score; of the first: "
            f"{found.records[0].ending}. Search lower rates, or other settings."
        )
    write_table(run / "trials.parquet", found)
    best = next(one for one in found.records if one.number == found.verdict.finalists[0].number)
    experiment = trial_of(what, best.proposal).experiment
    winner = Winner(best.number, best.proposal.point, to_plain(experiment))
    return Searched(
        record._replace(winner=winner, members=_next_best(found, what, record, ground)),
        prepared_for(ground, experiment),
        summary_of(found, record.search.strategy if record.search else "", record.metric)._replace(folds=record.folds),
    )


def _next_best(found: Found, what: Asked, record: Record, ground: Ground) -> tuple[MemberRecord, ...]:
    """Return the trials behind the winner that an ensemble is to have, the finalists first; none if it has none."""
    if record.ensemble is None or record.ensemble.of != "trials" or found.verdict is None:
        return record.members
    sign = 1.0 if METRICS[ground.metric].larger_is_better else -1.0
    known = Known(what.space, {}, sign, what.seed, found.records)
    ranked = {one.number: one for one in best_trials(known, what.epochs)}
    order = dict.fromkeys([*(one.number for one in found.verdict.finalists), *ranked])
    chosen = [ranked[number] for number in list(order)[1 : record.ensemble.members]]
    return tuple(
        MemberRecord(one.seed, one.number, to_plain(trial_of(what, one.proposal).experiment)) for one in chosen
    )


def _silent(line: str) -> None:
    del line


def asked_of(record: Record, given: Functions) -> Asked:
    """Return what a record says is searched.

    Args:
        record: Of a run that searches.
        given: The user's own functions, by name.

    Returns:
        The search.

    Raises:
        InputError: If the record is damaged.
    """
    if record.search is None:
        raise InputError("the run has searched for nothing. Begin one that does: thalweg search.")
    experiment = from_plain(record.experiment, "experiment", KINDS, given=given)
    epochs = int(experiment.training.epochs)
    choose(record.search.strategy, STRATEGIES, what="strategy")
    return Asked(
        experiment=experiment,
        space=read_space(record.search.space),
        strategy=STRATEGIES[record.search.strategy](record.search.trials, epochs),
        epochs=epochs,
        seed=record.seed,
        finalists=record.search.finalists,
        seeds=record.search.seeds,
        given=given,
    )


def _of_trained(space: Space, experiment: Experiment, wanted: Wanted) -> Space:
    """Leave out, or refuse, what would make a network that has no room for the trained weights."""
    other = [one for one in space.dimensions if any(_reshapes(path, experiment) for path in one.paths)]
    if other and (wanted.space is not None or wanted.over):
        raise InputError(
            f"space: every trial begins with the trained network of {wanted.run}, so {other[0].name} cannot vary. Vary "
            "numbers such as update.rate, or leave out --from."
        )
    return Space(tuple(one for one in space.dimensions if one not in other))


def _reshapes(path: str, experiment: Experiment) -> bool:
    family = path.partition(".")[0]
    if family in ("network", "loss"):
        return field_range(experiment, path) is None
    return family in ("preprocess", "start") or (family == "rates" and isinstance(experiment.rates, LayerRates))


def _space(wanted: Wanted, experiment: Experiment, task: Any, rates: tuple[float, float] | None) -> Space:
    over = [read_setting(text) for text in wanted.over]
    if wanted.space is None:
        return Space(tuple(over)) if over else default_space(experiment, task, rates)
    names = {dimension.name for dimension in over}
    own = (dimension for dimension in read_space(wanted.space).dimensions if dimension.name not in names)
    return Space((*own, *over))
