"""The settings that turn one experiment into another, for the command line and for Python."""

import contextlib
import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from thalweg.catalogue import KINDS
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.functions import by_name
from thalweg.serialise import changed, from_plain, parse_setting, to_plain
from thalweg.spec import functions_in


def settings_between(old: Experiment, new: Experiment) -> tuple[str, ...]:
    """Return the settings that turn one experiment into another.

    Args:
        old: What was run.
        new: What is to be run.

    Returns:
        "path=value" each, in an order in which they can be applied; () where the two are equal, or where a file
        could not speak of the new one.

    Example:
        >>> from thalweg.experiment import Experiment
        >>> from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
        >>> from thalweg.network.presets.dense import dense_network
        >>> from thalweg.spec import replaced
        >>> old = Experiment(dense_network(3), SoftmaxCrossEntropy())
        >>> settings_between(old, replaced(old, update=replaced(old.update, rate=0.01)))
        ('update.rate=0.01',)
    """
    try:
        return tuple(_between(to_plain(old), to_plain(new), ""))
    except InputError:
        return ()


def with_settings(experiment: Experiment, settings: tuple[str, ...]) -> Experiment:
    """Return an experiment changed as `thalweg fit --set` would.

    Args:
        experiment: To start from.
        settings: "path=value" each.

    Returns:
        The changed experiment.

    Raises:
        InputError: If a setting names nothing, or a value is not allowed.

    Example:
        >>> from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
        >>> from thalweg.network.presets.dense import dense_network
        >>> old = Experiment(dense_network(3), SoftmaxCrossEntropy())
        >>> with_settings(old, ("update=sgd", "update.rate=0.5")).update
        SGD(rate=0.5)
    """
    given, plain = by_name(functions_in(experiment)), to_plain(experiment)
    for setting in settings:
        plain = changed(plain, *parse_setting(setting))
        # A new kind may need a field that a later setting brings; till then there is nothing to fill in.
        with contextlib.suppress(InputError):
            plain = to_plain(from_plain(plain, "experiment", KINDS, given=given))
    return from_plain(plain, "experiment", KINDS, given=given)


def as_words(settings: tuple[str, ...]) -> str:
    """Return settings as they are typed behind `thalweg fit`.

    Args:
        settings: "path=value" each.

    Returns:
        The words, quoted where a shell needs it.

    Example:
        >>> as_words(("update=sgd", "augment=[]"))
        "--set update=sgd --set 'augment=[]'"
    """
    return " ".join(f"--set {shlex.quote(setting)}" for setting in settings)


def as_python(settings: tuple[str, ...]) -> str:
    """Return settings as they are given to `thalweg.fit`.

    Args:
        settings: "path=value" each.

    Returns:
        A call; "" where there are none.

    Example:
        >>> as_python(("update.rate=0.01",))
        'thalweg.fit(data, settings=["update.rate=0.01"])'
    """
    return f"thalweg.fit(data, settings={json.dumps(list(settings))})" if settings else ""


def _between(old: Any, new: Any, path: str) -> Iterator[str]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping) and old.get("kind") == new.get("kind"):
        for name in {**old, **new}:
            yield from _between(old.get(name), new.get(name), f"{path}.{name}" if path else name)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new) and path:
        for place, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _between(before, after, f"{path}.{place}")
    else:
        short = _short(new)
        if not isinstance(short, Mapping) or any(isinstance(value, Mapping | list) for value in short.values()):
            yield f"{path}={short if isinstance(short, str) else _toml(short)}"
            return
        yield f"{path}={short['kind']}"
        yield from (f"{path}.{name}={_toml(value)}" for name, value in short.items() if name != "kind")


def _short(plain: Any) -> Any:
    if isinstance(plain, list):
        return [_short(item) for item in plain]
    if not isinstance(plain, Mapping) or "kind" not in plain:
        return plain
    cls = next(members[plain["kind"]] for members in KINDS.values() if plain["kind"] in members)
    fields = {name: value for name, value in plain.items() if name == "kind" or _own(cls, name, value)}
    return plain["kind"] if len(fields) == 1 else {name: _short(value) for name, value in fields.items()}


def _own(cls: Any, name: str, value: Any) -> bool:
    """Say whether a field is other than its default."""
    default = cls.__dataclass_fields__[name].default
    try:
        return to_plain(default) != value
    except TypeError:  # there is none
        return True


def _toml(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name} = {_toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)
