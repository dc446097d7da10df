"""Cross-validation of the settings of a run: the same experiment once per fold, all of them side by side."""

from collections.abc import Callable
from pathlib import Path

from thalweg.data.folds import fold_splits
from thalweg.data.source import Source
from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.runs.folds_summary import FoldRow, FoldsSummary, folds_sound
from thalweg.runs.place import FOLDS
from thalweg.runs.record import Record, read_json, write_json
from thalweg.runs.typed import named, writable
from thalweg.search.cross_validation import cross_validate
from thalweg.search.engine.train_trials import Engine
from thalweg.search.fold_grounds import fold_grounds
from thalweg.train.prepare import Prepared


def run_splits(record: Record, source: Source, split: Split) -> tuple[Split, ...]:
    """Return the folds that a run asks for.

    Args:
        record: Says how many, and the seed of the draw.
        source: The data.
        split: Of the run; its test part is left out of every fold.

    Returns:
        A split a fold; none where the run asks for no folds.

    Raises:
        InputError: If the data cannot be cut into so many, or the run has a validation file of its own.
    """
    if not record.folds:
        return ()
    if record.validation_data:
        raise InputError(
            "--folds validates on each row in its turn, and --validation-data says which rows are for it. Give one of "
            "both."
        )
    return fold_splits(source, split, record.folds, record.split_seed)


def fold_engine(record: Record, source: Source, prepared: Prepared, stop: Callable[[], bool]) -> Engine:
    """Return what trials are trained on, once in each of a run's folds.

    Args:
        record: Of the run, which asks for folds.
        source: The data.
        prepared: Of the run: its parts, any of the experiments to be trained, and what they begin with.
        stop: Whether to leave off.

    Returns:
        The engine.

    Raises:
        InputError: If the data cannot be cut so, or the experiment does not fit them.
    """
    first, *others = fold_grounds(
        source,
        run_splits(record, source, prepared.split),
        prepared.experiment,
        record.metric,
        class_weight=record.class_weight,
        seed=record.split_seed,
        pretrained=prepared.pretrained,
    )
    return Engine(first, stop=stop, further=tuple(others))


def folds_of_run(
    run: Path,
    record: Record,
    source: Source,
    prepared: Prepared,
    *,
    stop: Callable[[], bool],
    say: Callable[[str], None],
) -> FoldsSummary | None:
    """Cross-validate the settings that a run was trained with; once that is done it is kept, and not done again.

    Args:
        run: The run directory, locked by the caller.
        record: Of the run, which asks for folds.
        source: The data.
        prepared: By the experiment that training ended with; the test part takes part in nothing.
        stop: Whether to leave off.
        say: Gets a line for people.

    Returns:
        What came of each fold; None where it was told to leave off.

    Raises:
        InputError: If the experiment does not fit a fold's data, or what was kept cannot be read or written.
        RunFailed: If one run alone needs more memory than there is.
    """
    path = run / FOLDS
    if path.exists():
        return _kept(path, record)
    say(f"cross-validation: training once in each of {record.folds} folds")
    engine = fold_engine(record, source, prepared, stop)
    found = cross_validate(engine, [prepared.experiment], seed=record.seed)
    if not found.ended:
        return None
    setting = found.settings[0]
    splits = [ground.prepared.split for ground in engine.grounds]
    summary = FoldsSummary(
        metric=record.metric,
        folds=tuple(
            FoldRow(len(split.train), len(split.validation), fold.score, fold.epoch, fold.ending, fold.failed)
            for split, fold in zip(splits, setting.folds, strict=True)
        ),
        mean=setting.mean,
        deviation=setting.deviation,
        epochs=setting.epochs,
    )
    write_json(path, {"run": record.identity, "folds": writable(summary)})
    return summary


def _kept(path: Path, record: Record) -> FoldsSummary:
    plain = read_json(path)
    if not isinstance(plain, dict) or plain.get("run") != record.identity:
        raise InputError(f"{path} is of another run. Remove it, and the folds are trained again.")
    found = named(plain.get("folds"), FoldsSummary, f"{path}: folds")
    if not folds_sound(found, record.metric):
        raise InputError(f"{path} has a wrong entry. Remove it, and the folds are trained again.")
    return found
