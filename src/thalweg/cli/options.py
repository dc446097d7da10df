"""Options that several verbs share, and how their words are read."""

import csv
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Group, Parameter, Token

from thalweg.errors import InputError, shown

COLUMNS = Group("Columns", sort_key=2)
IMAGES = Group("Images", sort_key=2)
PARTS = Group("Parts of the data", sort_key=3)
EXPERIMENT = Group("Experiment", sort_key=4)
MOVED = Group("Files that were moved", sort_key=6)
Names = tuple[str, ...]

_NUMBER = r"([0-9]{1,9}(?:\.[0-9]{1,9})?)"
_LENGTH = f"(?:{_NUMBER}h)?(?:{_NUMBER}m)?(?:{_NUMBER}s?)?"


def _names(help: str) -> Parameter:
    return Parameter(negative="", show_default=False, help=f"{help} Several: a,b or given again.", group=COLUMNS)


def _column(help: str) -> Parameter:
    return Parameter(help=help, group=COLUMNS)


def _moved(what: str) -> Parameter:
    return Parameter(help=f"{what}, where the run or the file was moved since.", group=MOVED)


def whole(hint: Any, tokens: Sequence[Token]) -> int:
    """Read a whole number; the parser's own way would cut 1.5 to 1.

    Args:
        hint: The type that is wanted.
        tokens: The word.

    Returns:
        The number.

    Raises:
        InputError: If it is none.
    """
    return _whole(tokens[0].value, tokens[0])


def wholes(hint: Any, tokens: Sequence[Token]) -> tuple[int, ...]:
    """Read whole numbers, given with commas between them or one after the other.

    Args:
        hint: The type that is wanted.
        tokens: The words.

    Returns:
        The numbers.

    Raises:
        InputError: If one is none.
    """
    del hint
    return tuple(_whole(text, token) for token in tokens for text in token.value.split(","))


def _whole(text: str, token: Token) -> int:
    if not re.fullmatch("[+-]?[0-9]{1,30}", text):
        raise InputError(f"{token.keyword} wants a whole number; got {shown(text)}.")
    return int(text)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Reading:
    """How to read the data. A column is a name, or a position from 0 (-1 is the last)."""

    target: Annotated[Names, _names("The column to predict; of several each has its own yes or no.")] = ()
    task: Annotated[
        Literal["classes", "regression", "attributes"] | None,
        _column("What the target holds, where the guess is wrong."),
    ] = None
    header: Annotated[Literal["yes", "no", "infer"], _column("Whether the first row names the columns.")] = "infer"
    drop: Annotated[Names, _names("Columns to leave out.")] = ()
    categorical: Annotated[Names, _names("Columns to take as categories.")] = ()
    numeric: Annotated[Names, _names("Columns to take as numbers.")] = ()
    group: Annotated[str | None, _column("Column of groups; a group stays in one part.")] = None
    time_column: Annotated[str | None, _column("Column of times; later rows go to later parts.")] = None
    id: Annotated[str | None, _column("Column that names rows; no input.")] = None
    weight_column: Annotated[str | None, _column("Column that says how much a row counts.")] = None
    label_column: Annotated[
        Names, _names("Column of labels, or several, in a table of image paths; the images are the inputs.")
    ] = ()
    image_size: Annotated[
        int | None,
        Parameter(
            converter=whole, help="Most pixels of the longer side that images in files are read at (32).", group=IMAGES
        ),
    ] = None

    def options(self) -> dict[str, Any]:
        """Return these as options of `recipe.fit`."""
        lists = {name: listed(getattr(self, name), f"--{name}") for name in ("drop", "categorical", "numeric")}
        predicted = {
            "target": _one_or_several(listed(self.target, "--target")),
            "label_column": _one_or_several(listed(self.label_column, "--label-column")),
        }
        return {**asdict(self), **lists, **predicted}


def _one_or_several(names: Sequence[str]) -> Any:
    return names if len(names) > 1 else next(iter(names), None)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Parts:
    """How the data are divided."""

    test_data: Annotated[str | None, Parameter(help="File that becomes the sealed test part.", group=PARTS)] = None
    validation_data: Annotated[str | None, Parameter(help="File that becomes the validation part.", group=PARTS)] = None
    split_seed: Annotated[
        int, Parameter(converter=whole, help="Chooses the parts; the same for all runs to compare.", group=PARTS)
    ] = 0
    seed: Annotated[int, Parameter(converter=whole, help="Of weights, order and dropout.", group=PARTS)] = 0

    def options(self) -> dict[str, Any]:
        """Return these as options of `recipe.fit`."""
        return asdict(self)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Moved:
    """Where a run's own files are, if not where they were."""

    data: Annotated[str | None, _moved("The run's data")] = None
    test_data: Annotated[str | None, _moved("Its test file")] = None
    validation_data: Annotated[str | None, _moved("Its validation file")] = None

    def options(self) -> dict[str, Any]:
        """Return these as options of `recipe.resume`."""
        return asdict(self)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Settings:
    """What to train, where the default is not wanted."""

    network: Annotated[
        str | None,
        Parameter(
            help="A network by name: linear, two_layer, three_layer; of images also lenet5, small_convolutional, "
            "all_convolutional, small_vgg, resnet20, resnet32, resnet44, resnet56, wide_resnet16; of larger "
            "ones alexnet, alexnet_one_group, vgg16, resnet18, resnet50, resnet152.",
            group=EXPERIMENT,
        ),
    ] = None
    pretrain: Annotated[
        Literal["dbn", "autoencoders", "supervised"] | None,
        Parameter(
            help="Train layer by layer first: a deep belief network, denoising auto-encoders, or layers that learn the "
            "task one after the other.",
            group=EXPERIMENT,
        ),
    ] = None
    from_: Annotated[
        Path | None,
        Parameter(
            name="--from", help="A run whose trained network to begin with, instead of a drawn one.", group=EXPERIMENT
        ),
    ] = None
    freeze: Annotated[
        int | None,
        Parameter(converter=whole, help="So many of its first layers with weights stay as they are.", group=EXPERIMENT),
    ] = None
    config: Annotated[
        Path | None, Parameter(help="TOML file with an experiment or some of its fields.", group=EXPERIMENT)
    ] = None
    set_: Annotated[
        Names,
        Parameter(
            name="--set",
            negative="",
            show_default=False,
            help="One setting, such as update.rate=0.01; may be given again.",
            group=EXPERIMENT,
        ),
    ] = ()

    def options(self) -> dict[str, Any]:
        """Return these as options of `recipe.fit`; raises InputError if the file cannot be read."""
        config = None if self.config is None else read_config(self.config)
        return {
            "network": self.network,
            "pretrain": self.pretrain,
            "from_run": None if self.from_ is None else str(self.from_),
            "freeze": self.freeze,
            "config": config,
            "settings": self.set_,
        }


AS_FOUND, DRAWN, BY_DEFAULT, STAYED = Reading(), Parts(), Settings(), Moved()


def listed(given: Names, flag: str) -> Names:
    """Return the names in list options that were given once or more.

    Args:
        given: Each with names apart by commas; a name that has a comma stands in double quotes.
        flag: For the message.

    Returns:
        The names.

    Raises:
        InputError: If a name is empty.

    Example:
        >>> listed(('a,b', '"c,d"'), "--drop")
        ('a', 'b', 'c,d')
    """
    names = [name.strip() for text in given for name in _parted(text)]
    if not all(names) or (given and not names):
        raise InputError(f"{flag} has an empty name in {', '.join(map(shown, given))}. Write names apart by one comma.")
    return tuple(names)


def _parted(text: str) -> list[str]:
    try:
        return [name for row in csv.reader([text]) for name in row]
    except csv.Error:  # a line ends within it: no list, but it may be a name
        return [text]


def seconds(text: str, flag: str) -> float:
    """Return a length of time.

    Args:
        text: Such as "90s", "10m", "1h", "1h30m", or seconds as a bare number.
        flag: For the message.

    Returns:
        Seconds, above 0.

    Raises:
        InputError: If it is no length of time.

    Example:
        >>> seconds("1h30m", "--time-budget")
        5400.0
    """
    found = re.fullmatch(_LENGTH, text.strip().lower())
    hours, minutes, rest = (float(number or 0) for number in found.groups()) if found else (0.0, 0.0, 0.0)
    total = 3600 * hours + 60 * minutes + rest
    if total <= 0:
        raise InputError(f"{flag} wants a length of time such as 90s, 10m or 1h; got {shown(text)}.")
    return total


def read_config(path: Path) -> dict[str, Any]:
    """Read an experiment, or some of its fields, from a file.

    Args:
        path: TOML; or JSON if its name ends so, a run's own `experiment.json` among them.

    Returns:
        Plain values.

    Raises:
        InputError: If the file cannot be read, or holds no table.
    """
    from thalweg.files import read_limited
    from thalweg.serialise import from_json, from_toml

    content = read_limited(path, 16 * 2**20)
    if path.suffix != ".json":
        return from_toml(content, where=str(path))
    plain = from_json(content, where=str(path))
    if isinstance(plain, dict) and "format" in plain and isinstance(plain.get("experiment"), dict):
        return plain["experiment"]
    if not isinstance(plain, dict):
        raise InputError(f"{path} should hold an experiment, which is a JSON object. Give a run's experiment.json.")
    return plain
