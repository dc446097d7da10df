"""A trained model in one file: weights, preprocessing and what they are for."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.archive import load, save
from thalweg.catalogue import KINDS
from thalweg.data.attributes import MOST_ATTRIBUTES
from thalweg.data.columns import CategoryColumn, Columns, NumericColumn
from thalweg.data.source import Attribute, Kind, Task
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.files import make_folder
from thalweg.functions import NONE, Functions, require_given
from thalweg.losses.head import scored
from thalweg.preprocess import chain
from thalweg.preprocess.categories import CategoryCode
from thalweg.preprocess.chain import table_of
from thalweg.preprocess.custom_features import CustomFeatures
from thalweg.preprocess.target import StandardizeTarget
from thalweg.runs.ensemble.combined import combined
from thalweg.runs.ensemble.record import AVERAGES, MOST_MEMBERS
from thalweg.runs.ensemble.temperature import HIGHEST, LOWEST, tempered
from thalweg.runs.schema import checked_schema
from thalweg.runs.typed import typed
from thalweg.serialise import from_plain, to_plain
from thalweg.spec import traced
from thalweg.train.evaluate import predict
from thalweg.train.fits import PARAMETER_LIMIT, check_fits
from thalweg.trees import named_leaves, rebuilt
from thalweg.types import Params, State

MEMBERS = "members"  # folder beside the model's file, with those of the further members of its ensemble


class Model(NamedTuple):
    """All that prediction needs."""

    experiment: Experiment
    task: Task
    input_shape: tuple[int, ...]  # of one preprocessed example
    params: Params
    state: State
    fitted: Any  # of the preprocessing
    target_fitted: Any  # of the target's scaling; None for classes and attributes
    half_width: float  # regression: nine of ten validation rows lie this near their prediction; 0 for the others
    schema: dict[str, Any]  # how to read a file; from `Source.schema`
    kind: str  # "table", "array" or "image"
    run: str  # identity of the run that trained it
    others: "tuple[Model, ...]" = ()  # of an ensemble, whose first member this is: the further ones
    average: str = "probabilities"  # what of the members' is averaged, as `runs.ensemble.combined` has it
    temperature: float = 1.0  # that the ensemble's probabilities are brought to


def predict_inputs(model: Model, inputs: Columns | np.ndarray) -> np.ndarray:
    """Return predictions in the unit of the data, of an ensemble those of all members together.

    Args:
        model: The model.
        inputs: Columns of a table, or an array (n, ...), as the model was trained on.

    Returns:
        Probabilities (n, C), classes in the order of `model.task.classes`; those of no and yes (n, k, 2), attributes in
        the order of `model.task.attributes`; or values (n, 1) float64.

    Raises:
        InputError: If the inputs have not the shape the model was trained on.
    """
    x = _preprocessed(model, inputs)
    own = predict_prepared(model, x)
    if not model.others:
        return own
    # Members that differ by their seeds alone share what was learned for the preprocessing, which tables take long for.
    shared = (x if other.fitted is model.fitted else _preprocessed(other, inputs) for other in model.others)
    return together(model, [own, *map(predict_prepared, model.others, shared)])


def together(model: Model, each: Sequence[np.ndarray]) -> np.ndarray:
    """Return what an ensemble predicts, from what each of its members does.

    Args:
        model: The ensemble.
        each: (n, ...) of each member, its own first.

    Returns:
        (n, ...) float64.
    """
    made = combined(np.stack(each), model.average)
    return made if model.temperature == 1.0 else tempered(made, model.temperature)


def _preprocessed(model: Model, inputs: Columns | np.ndarray) -> np.ndarray:
    x = chain.apply(model.experiment.preprocess, model.fitted, inputs)
    if x.shape[1:] != model.input_shape:
        raise InputError(f"the model takes examples of shape {model.input_shape}; got {x.shape[1:]}.")
    return x


def predict_prepared(model: Model, x: np.ndarray) -> np.ndarray:
    """Return what one network predicts for preprocessed examples (n, ...), of an ensemble its first member."""
    outputs = predict(traced(model.experiment.objective()), model.params, model.state, x)
    if model.target_fitted is None:
        return outputs
    return StandardizeTarget().undo(model.target_fitted, outputs)


def save_model(path: Path, model: Model, numbers: Sequence[int] | None = None) -> None:
    """Write a model to one file, whole or not at all; of an ensemble the further members beside it, before it.

    Args:
        path: The file, `model.safetensors` in a run.
        model: The model.
        numbers: Of the further members' files, from 1, where these lie there already; None to write them.

    Raises:
        InputError: If a file cannot be written.
    """
    if numbers is None:
        numbers = range(1, len(model.others) + 1)
        if model.others:
            make_folder(path.parent / MEMBERS)
        for number, other in zip(numbers, model.others, strict=True):
            save_model(member_path(path.parent, number), other._replace(run=member_name(model.run, number)))
    arrays, facts = chain.pack(model.experiment.preprocess, model.fitted)
    named = {f"preprocess|{name}": values for name, values in arrays.items()}
    target_facts: dict[str, Any] = {}
    if model.target_fitted is not None:
        arrays, target_facts = StandardizeTarget().pack(model.target_fitted)
        named |= {f"target|{name}": values for name, values in arrays.items()}
    named |= {f"params|{name}": values for name, values in named_leaves(model.params).items()}
    named |= {f"state|{name}": values for name, values in named_leaves(model.state).items()}
    save(
        path,
        named,
        {
            "experiment": to_plain(model.experiment),
            "task": [model.task.kind, model.task.target, list(model.task.classes)],
            "attributes": [attribute._asdict() for attribute in model.task.attributes],
            "input_shape": list(model.input_shape),
            "preprocess": facts,
            "target": target_facts,
            "half_width": model.half_width if math.isfinite(model.half_width) else None,
            "schema": dict(model.schema),
            "kind": model.kind,
            "run": model.run,
            "members": list(numbers),
            "average": model.average,
            "temperature": model.temperature,
        },
    )


def load_model(path: Path, given: Functions = NONE) -> Model:
    """Read a model; can run nothing but this library's own parts and what is handed in.

    Args:
        path: The file.
        given: The user's own functions, by name.

    Returns:
        The model; of an ensemble with its further members, whose files lie beside it.

    Raises:
        InputError: If a file is missing, damaged, does not hold what its own description says, needs a function that is
            not among those given, or is of another ensemble.
    """
    model, numbers = _read(path, given)
    if not numbers:
        return model
    others = []
    for number in numbers:
        where = member_path(path.parent, number)
        other, further = _read(where, given)
        if further or not is_member(other, model, number):
            raise InputError(f"{where} is of another ensemble. Put back the run's own file, or make the run again.")
        others.append(other._replace(fitted=model.fitted) if _prepares_alike(model, other) else other)
    return model._replace(others=tuple(others))


def load_network(path: Path, given: Functions = NONE) -> Model:
    """Read the network of one file; of an ensemble its first member, the further ones' files not looked for.

    Args:
        path: The file.
        given: The user's own functions, by name.

    Returns:
        The network alone.

    Raises:
        InputError: If the file is missing, damaged, does not hold what its own description says, or needs a function
            that is not among those given.
    """
    return _read(path, given)[0]._replace(average=AVERAGES[0], temperature=1.0)


def member_path(folder: Path, number: int) -> Path:
    """Return the place of a further member's file beside a model's."""
    return folder / MEMBERS / f"{number}.safetensors"


def member_name(run: str, number: int) -> str:
    """Return what a further member's file is known by: its run's identity, and which of its members it is."""
    return f"{run}/{number}"


def is_member(other: Model, model: Model, number: int) -> bool:
    """Say whether a network that was read from a file is the further member of this number.

    Args:
        other: As read.
        model: The first member, with its run's identity.
        number: From 1.

    Returns:
        False where it is of another run or number, another task or other data, or gives scores where the first member
        gives probabilities.
    """
    same = (model.task, model.schema, model.kind) == (other.task, other.schema, other.kind)
    named = other.run == member_name(model.run, number)
    return same and named and scored(model.experiment.loss) == scored(other.experiment.loss)


def _prepares_alike(model: Model, other: Model) -> bool:
    if model.experiment.preprocess != other.experiment.preprocess:
        return False
    (own, told), (others, facts) = (chain.pack(one.experiment.preprocess, one.fitted) for one in (model, other))
    same = own.keys() == others.keys() and all(np.array_equal(own[n], others[n], equal_nan=True) for n in own)
    return same and told == facts


def _read(path: Path, given: Functions) -> tuple[Model, tuple[int, ...]]:
    """Return one file's model, and the numbers of the further members of its ensemble."""
    arrays, facts = load(path)
    require_given(facts.get("experiment"), given, str(path))
    try:
        model = _model(arrays, facts, str(path), given)
        numbers = _numbers(facts, str(path))
        check_fits(model.experiment, model.task.kind, model.task.size, model.input_shape)
        _try_out(model)
    # Whatever a file may hold that was put together with care to look like one of ours.
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError) as error:
        detail = str(error) or type(error).__name__
        raise InputError(f"{path} does not hold a whole model: {detail[:300]} Use another copy of it.") from None
    return model, numbers


def _numbers(facts: dict[str, Any], where: str) -> tuple[int, ...]:
    # A model of an earlier version knows of no ensembles.
    numbers = typed(facts.get("members", []), tuple[int, ...], f"{where}: members")
    if len(set(numbers)) < len(numbers) or not all(0 < number < MOST_MEMBERS for number in numbers):
        raise ValueError("members that are none.")
    return numbers


def _model(arrays: dict[str, np.ndarray], facts: dict[str, Any], where: str, given: Functions) -> Model:
    groups: dict[str, dict[str, np.ndarray]] = {"preprocess": {}, "target": {}, "params": {}, "state": {}}
    for name, values in arrays.items():
        group, _, rest = name.partition("|")
        groups[group][rest] = values
    experiment = from_plain(facts["experiment"], "experiment", KINDS, given=given)
    kind, target, classes = typed(facts["task"], tuple[Kind, str, tuple[str, ...]], f"{where}: task")
    shape = typed(facts["input_shape"], tuple[int, ...], f"{where}: input_shape")
    if not shape or any(size < 1 for size in shape) or math.prod(shape) > PARAMETER_LIMIT:
        raise ValueError(f"an input shape of {shape}.")
    if len(set(classes)) < len(classes):
        raise ValueError("two classes of one name.")
    # A model of an earlier version knows of none.
    attributes = typed(facts.get("attributes", []), tuple[Attribute, ...], f"{where}: attributes")
    _check_attributes(kind, attributes)
    params, state = _weights(experiment, shape, groups)
    return Model(
        experiment=experiment,
        task=Task(kind, target, classes, attributes),
        input_shape=shape,
        params=params,
        state=state,
        fitted=chain.unpack(experiment.preprocess, groups["preprocess"], facts["preprocess"]),
        target_fitted=None if kind != "regression" else StandardizeTarget().unpack(groups["target"], facts["target"]),
        half_width=typed(facts["half_width"], float, f"{where}: half_width"),
        schema=checked_schema(facts["schema"], f"{where}: schema"),
        kind=typed(facts["kind"], str, f"{where}: kind"),
        run=typed(facts["run"], str, f"{where}: run"),
        average=_average(facts, kind, scored(experiment.loss), where),
        temperature=_temperature(facts, kind, scored(experiment.loss), where),
    )


def _average(facts: dict[str, Any], kind: str, scores: bool, where: str) -> str:
    average = typed(facts.get("average", "probabilities"), str, f"{where}: average")
    if average not in (AVERAGES[:1] if scores or kind == "regression" else AVERAGES):
        raise ValueError(f"an average of {average!r}.")
    return average


def _temperature(facts: dict[str, Any], kind: str, scores: bool, where: str) -> float:
    temperature = typed(facts.get("temperature", 1.0), float, f"{where}: temperature")
    if not LOWEST <= temperature <= HIGHEST or (temperature != 1 and (scores or kind == "regression")):
        raise ValueError(f"a temperature of {temperature}.")
    return temperature


def _check_attributes(kind: str, attributes: tuple[Attribute, ...]) -> None:
    if bool(attributes) != (kind == "attributes"):
        raise ValueError(f"{len(attributes)} attributes for {kind}.")
    if len(attributes) > MOST_ATTRIBUTES:
        raise ValueError(f"{len(attributes):,} attributes, more than the {MOST_ATTRIBUTES:,} allowed.")
    if len({attribute.name for attribute in attributes}) < len(attributes):
        raise ValueError("two attributes of one name.")
    if any(attribute.no == attribute.yes for attribute in attributes):
        raise ValueError("an attribute with one answer.")


def _try_out(model: Model) -> None:
    """Preprocess a made-up row, so that arrays of a wrong shape or type are found here and not in use."""
    for name, values in (("preprocessing", model.fitted), ("target's scaling", model.target_fitted)):
        arrays = [leaf for leaf in jax.tree.leaves(values) if isinstance(leaf, np.ndarray)]
        if any(array.dtype.kind not in "fiu" for array in arrays):
            raise ValueError(f"the {name} holds something else than real numbers.")
    table = table_of(model.fitted)
    if (table is not None) != (model.schema["kind"] == "table"):
        raise ValueError("the preprocessing of a table with the schema of arrays, or the reverse.")
    inputs: Any = tuple(map(_empty_cell, table.columns)) if table is not None else np.zeros((1, *model.schema["shape"]))
    _try_steps(model, inputs)
    if model.target_fitted is not None:
        undone = StandardizeTarget().undo(model.target_fitted, np.zeros((1, 1)))
        if undone.shape != (1, 1) or not np.isfinite(undone).all():
            raise ValueError("a target's scaling that gives no finite number.")


def _try_steps(model: Model, row: Any) -> None:
    """Let each step preprocess one row of zeros, which none but a user's own function may have no answer to."""
    wrong = ValueError(f"preprocessing that makes no finite examples of shape {model.input_shape}.")
    for step, learned in chain.steps(model.experiment.preprocess, model.fitted):
        if isinstance(step, CustomFeatures):
            return  # what it makes of such a row, and of what shape, is not known; what it gets in use is checked then
        arrays = [leaf for leaf in jax.tree.leaves(learned) if isinstance(leaf, np.ndarray)]
        with np.errstate(divide="raise"):
            made = step.apply(learned, row)
        # A scale may be infinite: that of a column that is the same in every training row.
        if not np.isfinite(made).all() or any(np.isnan(array).any() for array in arrays):
            raise wrong
        row = np.zeros(made.shape)
    if row.shape != (1, *model.input_shape):
        raise wrong


def _empty_cell(code: Any) -> NumericColumn | CategoryColumn:
    if isinstance(code, CategoryCode):
        return CategoryColumn(code.name, np.array([-1], np.int32), ())
    return NumericColumn(code.name, np.array([np.nan]))


def _weights(experiment: Experiment, shape: tuple[int, ...], groups: dict[str, dict[str, Any]]) -> tuple[Any, Any]:
    """Return (params, state) from the file's arrays, held against the shapes that the experiment asks for."""
    network = experiment.network
    wanted = jax.eval_shape(lambda: network.init(jax.random.key(0), shape))
    size = sum(leaf.size for leaf in jax.tree.leaves(wanted))
    if size > PARAMETER_LIMIT:
        raise ValueError(f"{size:,} parameters, more than the {PARAMETER_LIMIT:,} allowed.")
    made = tuple(rebuilt(like, groups[group]) for like, group in zip(wanted, ("params", "state"), strict=True))
    return jax.tree.map(jnp.asarray, made)
