"""One run from end to end: open, split, prepare, check, train, judge, explain, save."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

from thalweg.catalogue import KINDS
from thalweg.checks.result import CheckResult
from thalweg.checks.suite import run_checks
from thalweg.data.seal import count_openings
from thalweg.data.source import Source
from thalweg.defaults import default_experiment
from thalweg.errors import InputError, choose
from thalweg.experiment import Experiment
from thalweg.report.write import write_report
from thalweg.runs.evaluating import write_seal
from thalweg.runs.examples import Examples, open_examples, save_split
from thalweg.runs.judging import judge
from thalweg.runs.lock import locked
from thalweg.runs.model import Model, load_model, save_model
from thalweg.runs.opening import data_lines, experiment_line
from thalweg.runs.outcome import Outcome
from thalweg.runs.outcomes import write_outcome
from thalweg.runs.place import new_run
from thalweg.runs.record import Record, read_record, write_json, write_record
from thalweg.runs.reopening import reopened
from thalweg.runs.summary import versions
from thalweg.runs.training import train_run
from thalweg.serialise import changed, from_plain, parse_setting, to_plain
from thalweg.train.controllers import Controller, TimeBudget
from thalweg.train.loop import LoopState
from thalweg.train.prepare import Prepared, prepare
from thalweg.train.scores import METRICS, default_metric

Say = Callable[[str], None]


class Options(NamedTuple):
    """What a user may ask of a run; the defaults suit most data."""

    target: str | int | None = None
    task: str | None = None  # "classes" or "regression"
    header: str = "infer"  # "yes" or "no"
    drop: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    numeric: tuple[str, ...] = ()
    group: str | None = None
    time_column: str | None = None
    id: str | None = None
    weight_column: str | None = None
    test_data: str | None = None
    validation_data: str | None = None
    metric: str | None = None
    class_weight: str | None = None  # "balanced"
    config: Mapping[str, Any] | None = None  # a plain experiment, or some of its fields
    settings: tuple[str, ...] = ()  # "path=value" each
    epochs: int | None = None
    time_budget: float | None = None  # seconds
    seed: int = 0
    split_seed: int = 0
    out: str | None = None
    runs: str = "runs"
    checks: bool = True
    command: str = ""

    def reading(self) -> dict[str, Any]:
        """Return the keyword arguments of `open_source` among these."""
        names = ("target", "task", "header", "drop", "categorical", "numeric", "group", "time_column", "id")
        return {name: getattr(self, name) for name in (*names, "weight_column")}


class Fitted(NamedTuple):
    """A run that was trained, or paused."""

    run: Path
    state: LoopState
    model: Model
    outcome: Outcome | None  # None where the run was paused


def _silent(line: str) -> None:
    del line


def options_of(named: Mapping[str, Any]) -> Options:
    """Return options by name.

    Args:
        named: Fields of `Options`.

    Returns:
        The options, the others at their defaults.

    Raises:
        InputError: If a name is not an option.
    """
    for name in named:
        choose(name, Options._fields, what="option of fit")
    return Options(**named)


def fit(data: Any, *, say: Say = _silent, controllers: Sequence[Controller] = (), **options: Any) -> Fitted:
    """Train a network on data, everything but the test set.

    Args:
        data: A file, the name of a built-in set, a DataFrame, or a pair of arrays (x, y).
        say: Gets each line that a person should read, as it becomes known.
        controllers: Asked between chunks of steps, besides early stopping.
        **options: Fields of `Options`, by name.

    Returns:
        The run: its directory, final state, model and outcome.

    Raises:
        InputError: If something given cannot be used; nothing is left behind then.

    Example:
        thalweg.fit("adult.csv", target="income", seed=1).outcome.scores[0]
    """
    asked = options_of(options)
    examples, experiment, prepared = _opened(data, asked)
    record = _record(data, asked, examples, experiment)
    run = new_run(examples.source.name, None if asked.out is None else Path(asked.out), Path(asked.runs))
    return _begun(run, record, examples, prepared, asked.checks, say, controllers)


def resume(run: Path, *, data: Any = None, say: Say = _silent, controllers: Sequence[Controller] = ()) -> Fitted:
    """Go on with a run that was paused or killed, as if it had never stopped.

    Args:
        run: The run directory.
        data: The data, where they have moved since or were never in a file.
        say: As for `fit`.
        controllers: As for `fit`.

    Returns:
        The run; a finished one is judged again and changes nothing.

    Raises:
        InputError: If it is no run directory, the data are gone or changed, or another process is at work in it.
    """
    record = read_record(run)
    with locked(run):
        examples = reopened(run, record, data)
        experiment = from_plain(record.experiment, "experiment", KINDS)
        prepared = prepare(examples.source, examples.split, experiment)
        now = versions()
        for name in ("jaxlib", "machine", "cores", "backend"):
            if record.versions.get(name) != now[name]:
                say(f"The run began with {name} {record.versions.get(name)}, now it is {now[name]}: bits may differ.")
        return _carry_out(run, record, examples, prepared, True, say, controllers)


def check(data: Any, **options: Any) -> tuple[Examples, tuple[CheckResult, ...]]:
    """Check data and network as `fit` does before training, and train nothing.

    Args:
        data: As for `fit`.
        **options: Fields of `Options`, by name.

    Returns:
        The examples, with what was noticed while reading them, and the checks' results.

    Raises:
        InputError: If something given cannot be used. Nothing is written in any case.
    """
    asked = options_of(options)
    examples, _, prepared = _opened(data, asked)
    return examples, run_checks(prepared, examples.source, seed=asked.seed)


def reproduce(
    run: Path,
    *,
    out: str | None = None,
    data: Any = None,
    say: Say = _silent,
    controllers: Sequence[Controller] = (),
) -> tuple[Fitted, bool]:
    """Train a run again from its record, in a directory of its own.

    Args:
        run: The run directory.
        out: The new directory; None for the next free name beside the run.
        data: The data, where they have moved since.
        say: As for `fit`.
        controllers: As for `fit`.

    Returns:
        The new run, and whether its weights are the same bits as the old one's.

    Raises:
        InputError: If the run or its data cannot be used.
    """
    record, model = read_record(run), load_model(run / "model.safetensors")
    examples = reopened(run, record, data)
    experiment = from_plain(record.experiment, "experiment", KINDS)
    prepared = prepare(examples.source, examples.split, experiment)
    place = new_run(examples.source.name, None if out is None else Path(out), run.resolve().parent)
    fitted = _begun(place, record, examples, prepared, True, say, controllers)
    old, new = (jax.tree.leaves((m.params, m.state)) for m in (model, fitted.model))
    same = len(old) == len(new) and all(np.array_equal(a, b) for a, b in zip(old, new, strict=True))
    return fitted, same


def resolve(asked: Options, experiment: Experiment) -> Experiment:
    """Return the experiment after the user's file and settings.

    Args:
        asked: Gives `config`, `settings` and `epochs`, applied in this order.
        experiment: The default.

    Returns:
        The resolved experiment.

    Raises:
        InputError: If a setting names nothing, or a value is not allowed.
    """
    plain = to_plain(experiment)
    for name, value in (asked.config or {}).items():
        if name != "kind":
            plain = _merged(plain, name, value)
    if asked.epochs is not None:
        plain = changed(plain, "training.epochs", asked.epochs)
    for setting in asked.settings:
        path, value = parse_setting(setting)
        plain = to_plain(from_plain(changed(plain, path, value), "experiment", KINDS))
    return from_plain(plain, "experiment", KINDS)


def _opened(data: Any, asked: Options) -> tuple[Examples, Experiment, Prepared]:
    """Return the examples, the resolved experiment and the prepared arrays; nothing is written yet."""
    examples = open_examples(
        data,
        reading=asked.reading(),
        test_data=asked.test_data,
        validation_data=asked.validation_data,
        split_seed=asked.split_seed,
    )
    experiment = resolve(asked, default_experiment(examples.source, len(examples.split.train)))
    return examples, experiment, prepare(examples.source, examples.split, experiment)


def _begun(
    run: Path,
    record: Record,
    examples: Examples,
    prepared: Prepared,
    with_checks: bool,
    say: Say,
    controllers: Sequence[Controller],
) -> Fitted:
    """Write what the run is to do, then do it; take the directory away again if it comes to nothing."""
    record = record._replace(name=run.name)
    try:
        with locked(run):
            write_record(run, record)
            save_split(run / "split.safetensors", examples.split)
            write_json(run / "schema.json", dict(examples.source.schema))
            write_seal(run, record, len(examples.split.test), count_openings(run.resolve().parent, record.fingerprint))
            return _carry_out(run, record, examples, prepared, with_checks, say, controllers)
    except (InputError, KeyboardInterrupt):
        if not any((run / "checkpoint").glob("*.safetensors")):
            _remove(run)
        raise


def _carry_out(
    run: Path,
    record: Record,
    examples: Examples,
    prepared: Prepared,
    with_checks: bool,
    say: Say,
    controllers: Sequence[Controller],
) -> Fitted:
    for line in (*data_lines(examples), experiment_line(prepared, record.metric)):
        say(line)
    for remark in examples.remarks:
        say(("warning: " if remark.severity == "warning" else "") + remark.text)
    checks: tuple[CheckResult, ...] = ()
    if with_checks:
        checks = run_checks(prepared, examples.source, seed=record.seed)
        failed = [check for check in checks if not check.passed]
        say(f"checks: {len(checks) - len(failed)} of {len(checks)} passed")
        for check in failed:
            say(f"{check.severity}: {check.text} {check.advice}")
    budget = (TimeBudget(record.time_budget),) if record.time_budget else ()
    state = train_run(run, record, examples.source, prepared, (*controllers, *budget))
    model = _model(examples.source, prepared, state)
    if state.paused:
        return Fitted(run, state, model, None)
    outcome, model = judge(run, record, examples, prepared, state, model, checks)
    save_model(run / "model.safetensors", model)
    write_outcome(run, outcome)
    write_report(run / "report.html", outcome)
    return Fitted(run, state, model, outcome)


def _model(source: Source, prepared: Prepared, state: LoopState) -> Model:
    params, layer_state = _first(state.members.best)
    return Model(
        experiment=prepared.experiment,
        task=source.task,
        input_shape=prepared.x.shape[1:],
        params=params,
        state=layer_state,
        fitted=prepared.fitted,
        target_fitted=prepared.target_fitted,
        half_width=0.0,
        schema=dict(source.schema),
        kind=source.kind,
    )


def _first(tree: Any) -> Any:
    """Return the only member of a population of one."""
    return jax.tree.map(lambda leaf: leaf[0], tree)


def _record(data: Any, asked: Options, examples: Examples, experiment: Experiment) -> Record:
    task = examples.source.task.kind
    metric = asked.metric or default_metric(task)
    choose(metric, [name for name, m in METRICS.items() if m.task == task], what=f"metric for {task}")
    if asked.class_weight not in (None, "balanced"):
        raise InputError(f"--class-weight must be balanced; got {asked.class_weight!r}.")
    if asked.class_weight and task != "classes":
        raise InputError("--class-weight balanced is for classes; the task is regression. Leave it out.")
    return Record(
        name="",
        data=_place(data),
        reading=asked.reading(),
        test_data=_place(asked.test_data),
        validation_data=_place(asked.validation_data),
        fingerprint=examples.source.fingerprint,
        experiment=to_plain(experiment),
        metric=metric,
        seed=asked.seed,
        split_seed=asked.split_seed,
        class_weight=asked.class_weight or "",
        time_budget=asked.time_budget or 0.0,
        versions=versions(),
        command=asked.command,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _place(data: Any) -> str:
    """Return where data can be found again: an absolute path, a built-in name, or "" for data in memory."""
    if isinstance(data, str | Path):
        return str(Path(data).resolve()) if Path(data).exists() else str(data)
    return ""


def _merged(plain: Any, path: str, value: Any) -> Any:
    """Set a field of a plain spec; a table without a kind changes only the fields it names."""
    if isinstance(value, Mapping) and "kind" not in value:
        for name, inner in value.items():
            plain = _merged(plain, f"{path}.{name}", inner)
        return plain
    return changed(plain, path, value)


def _remove(run: Path) -> None:
    """Take a run directory that came to nothing away again, and the folder of runs if that is empty now."""
    shutil.rmtree(run, ignore_errors=True)
    if run.parent.name == "runs" and run.parent.is_dir() and not any(run.parent.iterdir()):
        run.parent.rmdir()
