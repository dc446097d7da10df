"""The experiment that a run carries out: the default, changed by what the user said."""

from collections.abc import Mapping, Sequence
from typing import Any

from thalweg.catalogue import KINDS
from thalweg.errors import InputError, said_of, shown
from thalweg.experiment import Experiment
from thalweg.functions import Functions, by_name
from thalweg.network.presets.table import PRESETS, preset
from thalweg.network.sequential import output_shape
from thalweg.runs.layerwise import layerwise
from thalweg.runs.options import Options
from thalweg.serialise import changed, from_plain, parse_setting, to_plain
from thalweg.spec import kind_of, replaced
from thalweg.types import Shape


def resolve(asked: Options, experiment: Experiment, input_shape: Shape = (), *, training_rows: int = 0) -> Experiment:
    """Return the experiment after the user's network, file and settings.

    Args:
        asked: Gives `network`, `pretrain`, `config`, `epochs` and `settings`, applied in this order, and the user's own
            `parts`.
        experiment: The default.
        input_shape: Shape of one example, for a network by name; () where the preprocessing decides it.
        training_rows: How many are trained on, for a pre-training by name.

    Returns:
        The resolved experiment.

    Raises:
        InputError: If a setting names nothing, or a value is not allowed; the option it came by is named.
    """
    given = by_name(asked.parts)
    if asked.network is not None:
        with said_of("--network"):
            outputs = output_shape(experiment.network, input_shape or (1,))[-1]
            network = preset(asked.network, input_shape, outputs)
            # The default moves images about for networks that look place by place; a dense one only sees them blurred.
            kept = experiment.augment if PRESETS[asked.network].least else ()
            experiment = replaced(experiment, network=network, augment=kept)
    if asked.pretrain is not None:
        with said_of("--pretrain"):
            outputs = output_shape(experiment.network, input_shape or (1,))[-1]
            experiment = layerwise(experiment, asked.pretrain, outputs, training_rows, named=asked.network is not None)
    begun = experiment.start
    if asked.config:
        with said_of("--config"):
            plain = to_plain(experiment)
            for name, value in asked.config.items():
                if name != "kind":
                    plain = _merged(plain, str(name), value)
            experiment = from_plain(plain, "experiment", KINDS, given=given)
    if asked.epochs is not None:
        with said_of("--epochs"):
            plain = changed(to_plain(experiment), "training.epochs", asked.epochs)
            experiment = from_plain(plain, "experiment", KINDS, given=given)
    experiment = _set(experiment, asked.settings, given)
    if asked.pretrain is not None and type(experiment.start) is not type(begun):
        mine, theirs = (kind_of(type(start)) for start in (begun, experiment.start))
        raise InputError(
            f"--pretrain {asked.pretrain} begins with the start {mine}; a setting or the file makes it {theirs}. Leave "
            "out one of both."
        )
    return experiment


def _set(experiment: Experiment, settings: Sequence[str], given: Functions) -> Experiment:
    """Apply settings in their order; one may need a later one, as a new kind needs its fields."""
    plain = to_plain(experiment)
    lacking: list[tuple[str, InputError]] = []  # since the experiment was whole: each setting, and what was amiss then
    for setting in settings:
        said = f"--set {shown(setting)}"
        try:
            with said_of(said):
                plain = _merged(plain, *parse_setting(setting))
        except InputError:
            _refuse(lacking)
            raise
        try:
            experiment = from_plain(plain, "experiment", KINDS, given=given)
        except InputError as error:
            lacking.append((said, error))
        else:
            plain, lacking = to_plain(experiment), []
    _refuse(lacking)
    return experiment


def _refuse(lacking: Sequence[tuple[str, InputError]]) -> None:
    """Raise what is amiss in the end, by the first setting that brought it."""
    if lacking:
        _, last = lacking[-1]
        said = next(said for said, error in lacking if str(error) == str(last))
        with said_of(said):
            raise last


def _merged(plain: Any, path: str, value: Any) -> Any:
    """Set a field of a plain spec; a table without a kind changes only the fields it names."""
    if isinstance(value, Mapping) and "kind" not in value:
        for name, inner in value.items():
            plain = _merged(plain, f"{path}.{name}", inner)
        return plain
    return changed(plain, path, value)
