"""A trained model in one file: weights, preprocessing and what they are for."""

from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.archive import load, save
from thalweg.catalogue import KINDS
from thalweg.data.columns import Columns
from thalweg.data.source import Task
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.preprocess.target import StandardizeTarget
from thalweg.serialise import from_plain, to_plain
from thalweg.spec import traced
from thalweg.train.evaluate import predict
from thalweg.trees import named_leaves, rebuilt
from thalweg.types import Params, State

PARAMETER_LIMIT = 2_000_000_000  # a file that asks for more is refused before anything is allocated


class Model(NamedTuple):
    """All that prediction needs."""

    experiment: Experiment
    task: Task
    input_shape: tuple[int, ...]  # of one preprocessed example
    params: Params
    state: State
    fitted: Any  # of the preprocessing
    target_fitted: Any  # of the target's scaling; None for classes
    half_width: float  # regression: nine of ten validation rows lie this near their prediction; 0 for classes
    schema: dict[str, Any]  # how to read a file; from `Source.schema`
    kind: str  # "table", "array" or "image"


def predict_inputs(model: Model, inputs: Columns | np.ndarray) -> np.ndarray:
    """Return predictions in the unit of the data.

    Args:
        model: The model.
        inputs: Columns of a table, or an array (n, ...), as the model was trained on.

    Returns:
        Probabilities (n, C), classes in the order of `model.task.classes`; or values (n, 1) float64.

    Raises:
        InputError: If the inputs have not the shape the model was trained on.
    """
    x = model.experiment.preprocess.apply(model.fitted, inputs)
    if x.shape[1:] != model.input_shape:
        raise InputError(f"the model takes examples of shape {model.input_shape}; got {x.shape[1:]}.")
    return predict_prepared(model, x)


def predict_prepared(model: Model, x: np.ndarray) -> np.ndarray:
    """Return predictions for preprocessed examples (n, ...), as `predict_inputs` does."""
    outputs = predict(traced(model.experiment.objective()), model.params, model.state, x)
    if model.target_fitted is None:
        return outputs
    return StandardizeTarget().undo(model.target_fitted, outputs)


def save_model(path: Path, model: Model) -> None:
    """Write a model to one file, whole or not at all.

    Args:
        path: The file, `model.safetensors` in a run.
        model: The model.

    Raises:
        InputError: If the file cannot be written.
    """
    arrays, facts = model.experiment.preprocess.pack(model.fitted)
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
            "input_shape": list(model.input_shape),
            "preprocess": facts,
            "target": target_facts,
            "half_width": model.half_width,
            "schema": dict(model.schema),
            "kind": model.kind,
        },
    )


def load_model(path: Path) -> Model:
    """Read a model; can run nothing but this library's own parts.

    Args:
        path: The file.

    Returns:
        The model.

    Raises:
        InputError: If the file is missing, damaged, or does not hold what its own description says.
    """
    arrays, facts = load(path)
    groups: dict[str, dict[str, np.ndarray]] = {"preprocess": {}, "target": {}, "params": {}, "state": {}}
    try:
        for name, values in arrays.items():
            group, _, rest = name.partition("|")
            groups[group][rest] = values
        experiment = from_plain(facts["experiment"], "experiment", KINDS)
        kind, target, classes = facts["task"]
        task = Task(kind, str(target), tuple(map(str, classes)))
        shape = tuple(int(size) for size in facts["input_shape"])
        if any(size < 1 for size in shape):
            raise ValueError(f"an input shape of {shape}")
        params, state = _weights(experiment, shape, groups)
        return Model(
            experiment=experiment,
            task=task,
            input_shape=shape,
            params=params,
            state=state,
            fitted=experiment.preprocess.unpack(groups["preprocess"], facts["preprocess"]),
            target_fitted=None if kind == "classes" else StandardizeTarget().unpack(groups["target"], facts["target"]),
            half_width=float(facts["half_width"]),
            schema=dict(facts["schema"]),
            kind=str(facts["kind"]),
        )
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise InputError(f"{path} does not hold a whole model: {error}. Use another copy of it.") from None


def _weights(experiment: Experiment, shape: tuple[int, ...], groups: dict[str, dict[str, Any]]) -> tuple[Any, Any]:
    """Return (params, state) from the file's arrays, held against the shapes that the experiment asks for."""
    network = experiment.network
    wanted = jax.eval_shape(lambda: network.init(jax.random.key(0), shape))
    size = sum(leaf.size for leaf in jax.tree.leaves(wanted))
    if size > PARAMETER_LIMIT:
        raise ValueError(f"{size:,} parameters, more than the {PARAMETER_LIMIT:,} allowed")
    made = tuple(rebuilt(like, groups[group]) for like, group in zip(wanted, ("params", "state"), strict=True))
    for like, got in zip(jax.tree.leaves(wanted), jax.tree.leaves(made), strict=True):
        if like.shape != got.shape or like.dtype != got.dtype:
            raise ValueError(f"an array of {got.dtype}{list(got.shape)} instead of {like.dtype}{list(like.shape)}")
    return jax.tree.map(jnp.asarray, made)
