"""The experiment that a run carries out: the default, changed by what the user said."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from thalweg.catalogue import KINDS
from thalweg.errors import InputError, shown
from thalweg.experiment import Experiment
from thalweg.runs.options import Options
from thalweg.serialise import changed, from_plain, parse_setting, to_plain


def resolve(asked: Options, experiment: Experiment) -> Experiment:
    """Return the experiment after the user's file and settings.

    Args:
        asked: Gives `config`, `epochs` and `settings`, applied in this order.
        experiment: The default.

    Returns:
        The resolved experiment.

    Raises:
        InputError: If a setting names nothing, or a value is not allowed; the option it came by is named.
    """
    if asked.config:
        with _said_of("--config"):
            plain = to_plain(experiment)
            for name, value in asked.config.items():
                if name != "kind":
                    plain = _merged(plain, str(name), value)
            experiment = from_plain(plain, "experiment", KINDS)
    if asked.epochs is not None:
        with _said_of("--epochs"):
            experiment = _with(experiment, "training.epochs", asked.epochs)
    for setting in asked.settings:
        with _said_of(f"--set {shown(setting)}"):
            experiment = _with(experiment, *parse_setting(setting))
    return experiment


def _with(experiment: Experiment, path: str, value: Any) -> Experiment:
    return from_plain(changed(to_plain(experiment), path, value), "experiment", KINDS)


@contextmanager
def _said_of(option: str) -> Iterator[None]:
    """Say by which option something came that cannot be used."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{option}: {error}") from None


def _merged(plain: Any, path: str, value: Any) -> Any:
    """Set a field of a plain spec; a table without a kind changes only the fields it names."""
    if isinstance(value, Mapping) and "kind" not in value:
        for name, inner in value.items():
            plain = _merged(plain, f"{path}.{name}", inner)
        return plain
    return changed(plain, path, value)
