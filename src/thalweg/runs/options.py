"""What a user may ask of a run, checked before anything is read."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from thalweg.data.images.sizes import MOST_SIDE, is_image_size
from thalweg.diagnosis.on_finding import ACTIONS
from thalweg.errors import InputError, choose, shown
from thalweg.functions import Function, by_name, inside, require_function
from thalweg.monitors.presets import PRESETS as MONITORS
from thalweg.network.presets.table import PRESETS
from thalweg.runs.ensemble.record import AVERAGES, FROM, MOST_MEMBERS
from thalweg.runs.layerwise import PRETRAININGS
from thalweg.runs.record import READING
from thalweg.runs.search_record import MOST_FOLDS, MOST_REPEATS, MOST_TRIALS
from thalweg.train.controllers import Controller
from thalweg.train.scores import AFTERWARDS, METRICS

SEEDS = 2**32
_LISTS = ("drop", "categorical", "numeric", "settings", "parts", "over")
_SEARCHING = ("strategy", "space", "over", "finalists", "finalist_seeds")
_COLUMNS = ("group", "time_column", "id", "weight_column")
_PREDICTED = ("target", "label_column")


class Options(NamedTuple):
    """What a user may ask of a run; the defaults suit most data."""

    target: str | int | tuple[str | int, ...] | None = None  # several are attributes
    task: str | None = None  # "classes", "regression" or "attributes"
    header: str = "infer"  # "yes" or "no"
    drop: tuple[str | int, ...] = ()
    categorical: tuple[str | int, ...] = ()
    numeric: tuple[str | int, ...] = ()
    group: str | int | None = None
    time_column: str | int | None = None
    id: str | int | None = None
    weight_column: str | int | None = None
    label_column: str | int | tuple[str | int, ...] | None = None  # of a table of image paths
    image_size: int | None = None  # pixels of the longer side that images in files are read at; None for 32
    test_data: Any = None  # a file, mostly; what `fit` takes as data
    validation_data: Any = None
    metric: str | None = None
    class_weight: str | None = None  # "balanced"
    network: str | None = None  # of PRESETS
    pretrain: str | None = None  # of PRETRAININGS: layer by layer, before the network trains as a whole
    from_run: str | Path | None = None  # a run whose network and weights this one begins with
    freeze: int | None = None  # its first layers with weights that stay as they are; None for none
    config: Mapping[str, Any] | None = None  # a plain experiment, or some of its fields
    parts: tuple[Function, ...] = ()  # the user's own functions that config and settings name
    settings: tuple[str, ...] = ()  # "path=value" each
    epochs: int | None = None
    time_budget: float | None = None  # seconds
    seed: int = 0
    split_seed: int = 0
    out: str | Path | None = None
    runs: str | Path = "runs"
    checks: bool = True
    monitors: str = "default"  # of `monitors.presets.PRESETS`
    attempts: float = 0.1  # share of the run's work that trying other settings may take where something is suspected
    on_finding: str = "warn"  # what is done about a finding while training goes on: "warn", "stop" or "repair"
    search: int | None = None  # trials of a search before training; None for no search
    strategy: str = "coarse_to_fine"  # of it
    space: Mapping[str, Any] | None = None  # what it varies; None for what suits the experiment
    over: tuple[str, ...] = ()  # the same, "path=range" each, beside the space or instead of it
    finalists: int = 3  # how many of the best are trained again
    finalist_seeds: int = 3  # from how many seeds
    folds: int | None = None  # in which the settings, or a search's trials, are cross-validated; None for none
    ensemble: int | None = None  # networks that predict together, the run's own among them; None for it alone
    ensemble_of: str = "seeds"  # where the further ones come from: "seeds", or the best "trials" of the search
    ensemble_average: str = "probabilities"  # what is averaged: these, or the "scores" that they are made from
    open_test: bool = False  # score the sealed test part at the end
    again: bool = False  # although it was opened before
    command: str = ""

    def reading(self) -> dict[str, Any]:
        """Return the keyword arguments of `open_source` among these."""
        return {name: getattr(self, name) for name in READING}


def options_of(named: Mapping[str, Any]) -> Options:
    """Return options by name.

    Args:
        named: Fields of `Options`.

    Returns:
        The options, the others at their defaults; one name where several may stand is a tuple of one.

    Raises:
        InputError: If a name is not an option, or a value is of no use for it.
    """
    values = {choose(name, Options._fields, what="option of fit"): _plain(value) for name, value in named.items()}
    for name in _LISTS:
        if name in values:
            given = values[name]
            values[name] = tuple(map(_plain, given)) if isinstance(given, list | tuple) else (given,)
    for name in _PREDICTED:
        if isinstance(values.get(name), list | tuple):
            several = tuple(map(_plain, values[name]))
            values[name] = several[0] if len(several) == 1 else several
    asked = Options(**values)
    for name in ("checks", "open_test", "again"):
        require_truth(name, getattr(asked, name))
    if asked.again and not asked.open_test:
        raise InputError("--again goes with --open-test, which opens the sealed test part. Give both or neither.")
    for name in _COLUMNS:
        _require(name, getattr(asked, name), lambda v: v is None or _is_column(v), "a column's name or position")
    for name in _PREDICTED:
        _require(name, getattr(asked, name), _is_target, "a column's name or position, or several of them")
    for name in ("drop", "categorical", "numeric"):
        _require(name, getattr(asked, name), lambda v: all(map(_is_column, v)), "names or positions of columns")
    wanted = f"a whole number of pixels from 1 to {MOST_SIDE:,}"
    _require("image_size", asked.image_size, lambda v: v is None or is_image_size(v), wanted)
    _require("settings", asked.settings, lambda v: all(isinstance(s, str) for s in v), "texts such as update.rate=0.01")
    _require("config", asked.config, lambda v: v is None or isinstance(v, Mapping), "a table of an experiment's fields")
    by_name(asked.parts)
    asked = asked._replace(parts=(*asked.parts, *inside(asked.config)))
    for name in ("seed", "split_seed"):
        wanted = f"a whole number from 0 to {SEEDS - 1}"
        _require(name, getattr(asked, name), lambda v: _is_whole(v) and 0 <= v < SEEDS, wanted)
    _require("epochs", asked.epochs, lambda v: v is None or _is_whole(v), "a whole number")
    _require("time_budget", asked.time_budget, _is_time, "a number of seconds above 0")
    _require("class_weight", asked.class_weight, lambda v: v in (None, "balanced"), "balanced")
    require_out(asked.out)
    _require("runs", asked.runs, _is_folder, "a folder")
    for name in ("task", "metric", "network"):
        _require(name, getattr(asked, name), lambda v: isinstance(v, str | None), "a name")
    _require("header", asked.header, lambda v: isinstance(v, str), "yes, no or infer")
    _require("command", asked.command, lambda v: isinstance(v, str), "text")
    if asked.metric in AFTERWARDS:
        raise InputError(
            f"--metric {asked.metric} is measured once training is over, so no weights can be chosen by it. Take "
            "another, such as balanced_accuracy."
        )
    if asked.metric is not None:
        choose(asked.metric, METRICS, what="metric")
    _require("monitors", asked.monitors, lambda v: isinstance(v, str), "a name")
    choose(asked.monitors, MONITORS, what="choice of monitors")
    _require("attempts", asked.attempts, is_share, "a share of the run from 0 to 1, such as 0.1")
    _require("on_finding", asked.on_finding, lambda v: isinstance(v, str), "warn, stop or repair")
    choose(asked.on_finding, ACTIONS, what="action on a finding")
    if asked.on_finding == "repair" and not asked.attempts:
        raise InputError(
            "--on-finding repair tries what helps before it changes anything, and --attempts 0 leaves no time for it. "
            "Give a share above 0, or use --on-finding stop."
        )
    if asked.network is not None:
        choose(asked.network, PRESETS, what="network")
    _check_beginning(asked)
    _check_search(asked, values)
    _check_ensemble(asked)
    wanted = f"a whole number of folds from 2 to {MOST_FOLDS:,}"
    _require("folds", asked.folds, lambda v: v is None or (_is_whole(v) and 2 <= v <= MOST_FOLDS), wanted)
    if asked.folds is not None and asked.time_budget is not None:
        raise InputError(
            "--time-budget does not go with folds, which would end the earlier the slower the machine is. Give fewer "
            "--epochs instead."
        )
    return asked


def _check_beginning(asked: Options) -> None:
    _require("pretrain", asked.pretrain, lambda v: isinstance(v, str | None), "a name")
    if asked.pretrain is not None:
        choose(asked.pretrain, PRETRAININGS, what="pre-training")
    _require("from", asked.from_run, lambda v: v is None or _is_folder(v), "a run directory")
    wanted = "a whole number of layers, at least 1"
    _require("freeze", asked.freeze, lambda v: v is None or (_is_whole(v) and v >= 1), wanted)
    if asked.freeze is not None and asked.from_run is None:
        raise InputError("--freeze keeps layers of a trained network. Name its run with --from, or leave it out.")
    for name in ("network", "pretrain"):
        if asked.from_run is not None and getattr(asked, name) is not None:
            raise InputError(f"--{name} and --from both say what the network begins as. Give one of both.")


def _check_ensemble(asked: Options) -> None:
    members, fields = asked.ensemble, Options._field_defaults
    wanted = f"a whole number of networks from 2 to {MOST_MEMBERS}"
    _require("ensemble", members, lambda v: v is None or (_is_whole(v) and 2 <= v <= MOST_MEMBERS), wanted)
    for name, names, what in (
        ("ensemble_of", FROM, "source of an ensemble's members"),
        ("ensemble_average", AVERAGES, "average of an ensemble"),
    ):
        value = getattr(asked, name)
        _require(name, value, lambda v: isinstance(v, str), "a name")
        choose(value, names, what=what)
        if members is None and value != fields[name]:
            flag = name.replace("_", "-")
            raise InputError(f"--{flag} is for an ensemble. Say of how many networks with --ensemble, or leave it out.")
    if members is not None and asked.time_budget is not None:
        raise InputError(
            "--time-budget does not go with an ensemble, whose members would hang on how fast the machine is. Give "
            "fewer --epochs instead."
        )


def _check_search(asked: Options, named: Mapping[str, Any]) -> None:
    trials = asked.search
    wanted = f"a whole number of trials from 1 to {MOST_TRIALS:,}"
    _require("search", trials, lambda v: v is None or (_is_whole(v) and 1 <= v <= MOST_TRIALS), wanted)
    _require("strategy", asked.strategy, lambda v: isinstance(v, str), "a name")
    _require("space", asked.space, lambda v: v is None or isinstance(v, Mapping), "a table of settings and ranges")
    texts = "texts such as update.rate=log 1e-4 .. 1e-1"
    _require("over", asked.over, lambda v: all(isinstance(s, str) for s in v), texts)
    for name, what in (("finalists", "number"), ("finalist_seeds", "number of seeds")):
        wanted = f"a whole {what} from 1 to {MOST_REPEATS}"
        _require(name, getattr(asked, name), lambda v: _is_whole(v) and 1 <= v <= MOST_REPEATS, wanted)
    if trials is None:
        given = (name for name in _SEARCHING if name in named and named[name] != Options._field_defaults[name])
        alone = next(given, "").replace("_", "-")
        if alone:
            raise InputError(f"--{alone} is for a search. Say how many trials it has with --search, or leave it out.")
    elif asked.time_budget is not None:
        raise InputError(
            "--time-budget does not go with a search, whose result would hang on how fast the machine is. Give fewer "
            "trials or --epochs instead."
        )


def require_truth(name: str, value: Any) -> None:
    """Refuse what is neither true nor false: a text such as "no" would count as true.

    Args:
        name: Of the argument, as Python spells it.
        value: What was given for it.

    Raises:
        InputError: If it is no bool.
    """
    _require(name, value, lambda v: isinstance(v, bool), "true or false")


def require_out(out: Any) -> None:
    """Refuse what is no place for a new run.

    Args:
        out: A folder, or None for the default.

    Raises:
        InputError: If it is neither.
    """
    _require("out", out, lambda v: v is None or _is_folder(v), "a folder")


def require_watchers(say: Any, controllers: Any, observers: Any = ()) -> None:
    """Refuse what cannot be told or asked while a network is trained, before anything is written.

    Args:
        say: Gets lines of text.
        controllers: Asked between chunks of steps.
        observers: Functions that measure each step.

    Raises:
        InputError: If `say` cannot be called, `controllers` is no list of controllers, or `observers` is no list of
            functions with names of their own.
    """
    if not callable(say):
        raise InputError(
            f"say must be a function that takes a line of text; got {shown(say)}. Leave it out for silence."
        )
    if not isinstance(controllers, Sequence) or not all(isinstance(one, Controller) for one in controllers):
        raise InputError(
            f"controllers must be a list of objects with a method `decide`; got {shown(controllers)}. Leave it out for "
            "none."
        )
    for name, functions in by_name(observers, "observers").items():
        for function in functions:
            require_function("observers", function)
        if len(functions) > 1:
            raise InputError(f"observers: two functions are called {name!r}. Give one of them another name.")


def is_share(value: Any) -> bool:
    """Say whether a value is a number from 0 to 1.

    Args:
        value: Anything.

    Returns:
        False for NaN, and for true and false.

    Example:
        >>> is_share(0.1), is_share(2), is_share(True)
        (True, False, False)
    """
    return (isinstance(value, float) or _is_whole(value)) and 0 <= value <= 1


def run_folder(run: Any) -> Path:
    """Return the place of a run, however it is written.

    Args:
        run: The run directory, as text or a Path.

    Returns:
        The place, whatever lies there.

    Raises:
        InputError: If it is neither text nor a Path, or empty.
    """
    if not _is_folder(run):
        raise InputError(f"the run must be a folder, as text or a Path; got {shown(run)}. Give its run directory.")
    return Path(run)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _require(name: str, value: Any, fits: Any, wanted: str) -> None:
    if not fits(value):
        raise InputError(f"--{name.replace('_', '-')} must be {wanted}; got {shown(value)}.")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_column(value: Any) -> bool:
    return isinstance(value, str) or _is_whole(value)


def _is_target(value: Any) -> bool:
    if isinstance(value, tuple):
        return bool(value) and all(map(_is_column, value))
    return value is None or _is_column(value)


def _is_folder(value: Any) -> bool:
    return isinstance(value, str | Path) and value != ""


def _is_time(value: Any) -> bool:
    return value is None or ((isinstance(value, float) or _is_whole(value)) and 0 < value and math.isfinite(value))
