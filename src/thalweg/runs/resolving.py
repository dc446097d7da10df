"""The experiment that a run carries out: the default, changed by what the user said."""

from collections.abc import Mapping
from typing import Any

from thalweg.catalogue import KINDS
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
        InputError: If a setting names nothing, or a value is not allowed.
    """
    plain = to_plain(experiment)
    for name, value in (asked.config or {}).items():
        if name != "kind":
            plain = _merged(plain, str(name), value)
    if asked.epochs is not None:
        plain = changed(plain, "training.epochs", asked.epochs)
    for setting in asked.settings:
        path, value = parse_setting(setting)
        plain = to_plain(from_plain(changed(plain, path, value), "experiment", KINDS))
    return from_plain(plain, "experiment", KINDS)


def _merged(plain: Any, path: str, value: Any) -> Any:
    """Set a field of a plain spec; a table without a kind changes only the fields it names."""
    if isinstance(value, Mapping) and "kind" not in value:
        for name, inner in value.items():
            plain = _merged(plain, f"{path}.{name}", inner)
        return plain
    return changed(plain, path, value)
