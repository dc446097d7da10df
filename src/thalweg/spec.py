"""Specs: frozen values whose numbers are traced and whose structure is compiled.

A spec is a frozen dataclass that JAX sees as a pytree. Fields made by `tunable` (numbers) and `part`
(other specs, or tuples of them) are its children; every other field is structure, part of the
compiled program's key. Everything is checked when a person or a file makes a spec, never when JAX
rebuilds one from traced, batched or placeholder leaves.

What it leaves out: files. `serialise.py` turns specs into plain values and back.
"""

import dataclasses
import math
import numbers
import re
import types
import typing
from collections.abc import Callable, Sequence
from typing import Any, dataclass_transform

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.errors import InputError, shown

T = typing.TypeVar("T")


class Range(typing.NamedTuple):
    """The values a tunable may take."""

    low: float
    high: float
    open_low: bool
    open_high: bool
    whole: bool

    def __str__(self) -> str:
        """Return the interval as it is written in mathematics: (0, 1], [0, inf)."""
        left = "(" if self.open_low or math.isinf(self.low) else "["
        right = ")" if self.open_high or math.isinf(self.high) else "]"
        return f"{left}{self.low:g}, {self.high:g}{right}"

    def holds(self, value: float) -> bool:
        """Say whether `value` is finite and lies inside."""
        above = self.low < value if self.open_low else self.low <= value
        below = value < self.high if self.open_high else value <= self.high
        return math.isfinite(value) and above and below


def tunable(
    default: Any = dataclasses.MISSING,
    *,
    low: float | int = -math.inf,
    high: float | int = math.inf,
    open_low: bool = False,
    open_high: bool = False,
    whole: bool = False,
) -> Any:
    """Declare a number that may be traced, batched and searched over, with its range.

    Args:
        default: Value when none is given; omit it to make the field required.
        low: Lower end of the range, inclusive unless `open_low`.
        high: Upper end of the range, inclusive unless `open_high`.
        open_low: Leave out `low` itself.
        open_high: Leave out `high` itself.
        whole: Take whole numbers only.

    Returns:
        The dataclass field.
    """
    limits = Range(float(low), float(high), open_low, open_high, whole)
    return dataclasses.field(default=default, metadata={"range": limits})


def part(default: Any = dataclasses.MISSING, *, family: str) -> Any:
    """Declare a field that holds another spec, or a tuple of specs.

    Args:
        default: The spec when none is given; omit it to make the field required.
        family: What the spec must be, in words ("update rule"): the name of its group of kinds in files.

    Returns:
        The dataclass field.
    """
    return dataclasses.field(default=default, metadata={"part": family})


# Without field specifiers, type checkers take any assigned value for a default; with them, `tunable(0.1)` for none,
# as they look for the word `default=`.
@dataclass_transform(frozen_default=True)
def spec(cls: type[T]) -> type[T]:
    """Make `cls` a spec.

    Args:
        cls: A class with annotated fields; its own `__post_init__` may check structure further.

    Returns:
        The class, a frozen dataclass and pytree. Making one raises InputError if a tunable is not a number
        or outside its range, if a part is not a spec of its annotated type, or if another field has not its
        annotated type. None is taken only where it is the default, for files leave out what is None.

    Raises:
        TypeError: If a field is called "kind": files keep the class's name there.

    Example:
        >>> @spec
        ... class Rate:
        ...     value: float = tunable(0.1, low=0.0, open_low=True)
        >>> Rate(0.5)
        Rate(value=0.5)
    """
    made = dataclasses.dataclass(frozen=True)(cls)
    fields = dataclasses.fields(made)  # type: ignore[arg-type]  # a dataclass by the line above
    if any(f.name == "kind" for f in fields):
        raise TypeError(f"{made.__name__}.kind needs another name: files keep the class's name under kind.")
    leaves = tuple(f.name for f in fields if f.metadata)
    fixed = tuple(f.name for f in fields if not f.metadata)
    generated = made.__init__

    def __init__(self, *args, **kwargs):
        # The structure's types come first: a `__post_init__`, which `generated` ends with, may rely on them.
        for name, value in (*zip((f.name for f in fields), args, strict=False), *kwargs.items()):
            _check_field(made, name, value)
        generated(self, *args, **kwargs)

    keys = tuple(map(jax.tree_util.GetAttrKey, leaves))

    @typing.no_type_check  # JAX calls these three without end: a checker's wrapper would cost more than the call
    def flatten(self):
        return [getattr(self, name) for name in leaves], tuple([getattr(self, name) for name in fixed])

    @typing.no_type_check
    def flatten_with_keys(self):
        children, structure = flatten(self)
        return list(zip(keys, children, strict=True)), structure

    @typing.no_type_check
    def unflatten(structure, children):
        self = object.__new__(made)
        for name, value in zip(fixed + leaves, (*structure, *children), strict=True):
            object.__setattr__(self, name, value)
        return self

    def __repr__(self):
        return f"{made.__name__}({', '.join(f'{f.name}={_written(getattr(self, f.name))}' for f in fields)})"

    __init__.__wrapped__ = generated  # type: ignore[attr-defined]  # keeps the signature that people and editors read
    made.__init__ = __init__  # type: ignore[method-assign]
    made.__repr__ = __repr__  # type: ignore[method-assign]
    made.__is_spec__ = True  # type: ignore[attr-defined]
    jax.tree_util.register_pytree_with_keys(made, flatten_with_keys, unflatten, flatten)
    return made


def is_spec(value: Any) -> bool:
    """Say whether `value` is a spec (an instance, not the class)."""
    return "__is_spec__" in vars(type(value))


def kind_of(cls: type) -> str:
    """Return the name by which files know a spec class: `BatchNorm` is "batch_norm"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", "_", cls.__name__).lower()


def tunables(cls: type) -> dict[str, Range]:
    """Return the tunable fields of a spec class with their ranges."""
    return {f.name: f.metadata["range"] for f in dataclasses.fields(cls) if "range" in f.metadata}


def parts(cls: type) -> dict[str, str]:
    """Return the part fields of a spec class with their families."""
    return {f.name: f.metadata["part"] for f in dataclasses.fields(cls) if "part" in f.metadata}


def functions(cls: type) -> tuple[str, ...]:
    """Return the names of the fields of a spec class that hold functions of the user."""
    hints = typing.get_type_hints(cls)
    return tuple(f.name for f in dataclasses.fields(cls) if _takes_function(hints[f.name]))


def functions_in(value: Any) -> tuple[Callable[..., Any], ...]:
    """Return the functions of the user that a spec holds, in it or in its parts, in order.

    Args:
        value: A spec, a tuple of specs, or anything else, in which there are none.

    Returns:
        The functions.
    """
    if isinstance(value, tuple):
        return tuple(function for item in value for function in functions_in(item))
    if not is_spec(value):
        return ()
    own = [getattr(value, name) for name in functions(type(value))]
    inner = [functions_in(getattr(value, name)) for name in parts(type(value))]
    return (*filter(None, own), *(function for found in inner for function in found))


def replaced(value: T, /, **changes: Any) -> T:
    """Return a copy of a spec with some fields changed and nothing checked, for use where numbers are traced.

    Args:
        value: A spec.
        **changes: New values by field name; a name that is no field raises TypeError.

    Returns:
        The changed spec; `value` stays as it was.

    Raises:
        TypeError: If a name is no field of the spec.
    """
    names = [f.name for f in dataclasses.fields(value)]  # type: ignore[arg-type]
    unknown = set(changes) - set(names)
    if unknown:
        raise TypeError(f"{type(value).__name__} has no field {sorted(unknown)}; it has {names}.")
    copy = object.__new__(type(value))
    for name in names:
        object.__setattr__(copy, name, changes.get(name, getattr(value, name)))
    return copy


def traced(value: T) -> T:
    """Return `value` with every number as a float32 array, so that no number is part of a compiled program.

    Args:
        value: A spec, or any tree of numbers.

    Returns:
        The same tree; its leaves are arrays of the default float type: float32, or float64 under x64.
    """
    dtype = jnp.result_type(float)
    return jax.tree.map(lambda x: jnp.asarray(x, dtype), value)


def stack(values: Sequence[T]) -> T:
    """Stack specs of one structure along a new leading axis of their numbers.

    Args:
        values: At least one spec; all of one structure.

    Returns:
        A spec whose every number is an array (len(values), ...).

    Raises:
        ValueError: If their structures differ, or there are none.
    """
    if not values:
        raise ValueError("stack needs at least one spec; got none.")
    arrays = [traced(value) for value in values]
    structures = {jax.tree.structure(value) for value in arrays}
    if len(structures) != 1:
        raise ValueError(
            f"stack needs specs of one structure; got {len(structures)} structures: "
            "group them by jax.tree.structure first."
        )
    return jax.tree.map(lambda *xs: jnp.stack(xs), *arrays)


def _check_field(owner: type, name: str, value: Any) -> None:
    field = owner.__dataclass_fields__.get(name)  # type: ignore[attr-defined]
    if field is None:
        return  # the generated __init__ names the unknown argument itself
    where = f"{owner.__name__}.{name}"
    if "range" in field.metadata:
        _check_number(where, value, field.metadata["range"])
        return
    hint = typing.get_type_hints(owner)[name]
    if "part" in field.metadata:
        _check_part(where, value, hint, field.metadata["part"])
    elif not _matches(value, hint) or (value is None and field.default is not None):
        raise InputError(f"{where} must be {_words(hint)}; got {shown(value)}.")


def _check_number(where: str, value: Any, limits: Range) -> None:
    if isinstance(value, jax.Array | np.ndarray):
        return  # arrays come from the library itself
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise InputError(f"{where} must be a number; got {shown(value)}.")
    try:
        number = float(value)
    except OverflowError:  # a whole number of more than 308 digits
        number = math.inf
    if limits.whole and math.isfinite(number) and number != int(number):
        raise InputError(f"{where} must be a whole number; got {value}.")
    if not limits.holds(number):
        raise InputError(f"{where} must be in {limits}; got {shown(value)}.")
    # 1 - 1e-9 lies in [0, 1), but the compiled program would see 1.
    single = Range(_single(limits.low), _single(limits.high), *limits[2:])
    if not single.holds(_single(number)):
        raise InputError(f"{where} must be in {limits}; got {value}, which is {_single(number):g} in 32 bits.")


def _single(number: float) -> float:
    with np.errstate(over="ignore"):
        return float(np.float32(number))


def _check_part(where: str, value: Any, hint: Any, family: str) -> None:
    for member in value if isinstance(value, tuple) else (value,):
        if not is_spec(member):
            raise InputError(
                f"{where} must hold parts of the family {family!r}; got {shown(member)}.{_way_out(member)}"
            )
    if not _matches(value, hint):
        several = typing.get_origin(hint) is tuple or hint is tuple
        wanted = f"a tuple of parts of the family {family!r}" if several else f"one part of the family {family!r}"
        listed = ' Make it a list of one: ["kind"] in files and settings, (part,) in Python.'
        alone = listed if several and is_spec(value) else ""
        raise InputError(f"{where} must be {wanted}; got {shown(value)}.{alone}")


def _way_out(member: Any) -> str:
    if isinstance(member, type) and "__is_spec__" in vars(member):
        return f" Make one: {member.__name__}(...)."
    return " Give them as a tuple: (a, b)." if isinstance(member, list) else ""


def _matches(value: Any, hint: Any) -> bool:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return any(type(value) is type(option) and value == option for option in arguments)
    if origin in (typing.Union, types.UnionType):
        return any(_matches(value, option) for option in arguments)
    if origin is tuple:
        if not isinstance(value, tuple):
            return False
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return all(_matches(item, arguments[0]) for item in value)
        return len(value) == len(arguments) and all(map(_matches, value, arguments))
    if hint is int:
        return isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if hint is float:  # NaN would differ from itself, and JSON has neither NaN nor infinities
        number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
        return number and bool(abs(value) < math.inf)
    if hint is str:  # half a surrogate pair could be read, but never written or hashed into a key
        return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)
    wanted = origin or hint
    return isinstance(value, wanted) if isinstance(wanted, type) and wanted is not Any else True


def _words(hint: Any) -> str:
    names = {int: "a whole number", float: "a number", str: "text", bool: "true or false", type(None): "nothing"}
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Callable:
        return "a function"
    if origin is typing.Literal:
        return "one of " + ", ".join(map(repr, arguments))
    if origin in (typing.Union, types.UnionType):
        return " or ".join(map(_words, arguments))
    if origin is tuple and arguments[-1:] == (Ellipsis,):
        return f"a tuple of {_plural(arguments[0])}"
    if origin is tuple:
        return f"a tuple of {len(arguments)} values ({', '.join(map(_words, arguments))})"
    return names.get(hint, getattr(hint, "__name__", str(hint)))


def _takes_function(hint: Any) -> bool:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return any(map(_takes_function, typing.get_args(hint)))
    return typing.get_origin(hint) is Callable


def _written(value: Any) -> str:
    """Return a field as the call that made the spec has it: a function by its name, not by its place in memory."""
    return value.__name__ if isinstance(value, types.FunctionType) else repr(value)


def _plural(hint: Any) -> str:
    names = {int: "whole numbers", float: "numbers", str: "texts", bool: "true or false"}
    inner = typing.get_args(hint)
    if typing.get_origin(hint) is tuple and inner[-1:] == (Ellipsis,):
        return f"tuples of {_plural(inner[0])}"
    return names.get(hint, f"values, each {_words(hint)}")
