"""From labelled examples and an experiment to the arrays that training sees."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.activations.linear import Linear
from thalweg.data.source import Source
from thalweg.data.split import Split
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.network.named import bare
from thalweg.network.sequential import output_shape
from thalweg.preprocess.table import TableEncoding
from thalweg.preprocess.target import StandardizeTarget, unscaled
from thalweg.types import Layer, Loss, Seen

# Of a network, or of a file that describes one; more is refused before anything is allocated.
PARAMETER_LIMIT = 2_000_000_000
SEEN_ROWS = 1_000  # whose inputs a start looks at
LARGEST_RAW = 1e15  # amount that is not standardised: the sum of its square over the rows has to fit 32 bits

# Targets that no table holds: what they are, and the loss of those that it does.
_ELSEWHERE = {
    "shares": ("a share of each class an example", "softmax_cross_entropy"),
    "vectors": ("two amounts an example at least", "squared_error"),
}


class Prepared(NamedTuple):
    """Examples as numbers, with what was fitted to make them so."""

    experiment: Experiment
    split: Split
    fitted: Any  # by `experiment.preprocess` on the training rows
    target_fitted: Any  # regression: by `StandardizeTarget` on the training rows, or `unscaled`; None for classes
    x: np.ndarray  # (n, ...) float32, every row of the source
    y: np.ndarray  # (n,) int32, or (n, 1) float32 in standard deviations of the training targets, or in their own unit
    weight: np.ndarray  # (n,) float32

    @property
    def unit(self) -> float:
        """One trained unit of the target in the unit of the data; 1 for classes."""
        return 1.0 if self.target_fitted is None else float(self.target_fitted.scale[0])


def prepare(source: Source, split: Split, experiment: Experiment) -> Prepared:
    """Fit the preprocessing on the training rows and apply it to all.

    Args:
        source: The examples.
        split: Which rows are which; only `split.train` is fitted on.
        experiment: Gives the preprocessing, the network and the loss, which must suit the data.

    Returns:
        The arrays and what was fitted.

    Raises:
        InputError: If preprocessing, head, loss, network and data do not go together; the message names the pair. If
            a target is none that the loss has a value for; the message names the row.
    """
    _check_preprocessing(experiment, source.kind)
    fitted = experiment.preprocess.fit(source.inputs, split)
    x = experiment.preprocess.apply(fitted, source.inputs)
    y, target_fitted = source.targets, None
    if source.task.kind == "regression":
        scaling = StandardizeTarget()
        target_fitted = scaling.fit(source.targets, split)
        if _raw(experiment.loss):
            target_fitted = unscaled(target_fitted)
        y = scaling.apply(target_fitted, source.targets)
    check_fits(experiment, source.task.kind, len(source.task.classes), x.shape[1:])
    if _raw(experiment.loss):
        _check_targets(experiment.loss, source.targets, source.task.target)
    return Prepared(experiment, split, fitted, target_fitted, x, y, source.weight)


def check_fits(experiment: Experiment, task: str, classes: int, input_shape: tuple[int, ...]) -> None:
    """Refuse a loss and head that do not suit the data.

    Softmax and margin go with classes (one output each), log_probability with classes and a last layer of such
    outputs, sigmoid and sign with two classes (one output), linear with numbers.

    Args:
        experiment: Gives the network and the loss.
        task: "classes" or "regression".
        classes: How many; 0 for regression.
        input_shape: Shape of one preprocessed example.

    Raises:
        InputError: If they or the start do not go together, the network has more parameters than any memory holds, or a
            rate is for a layer that the network has not.
    """
    loss, head = type(experiment.loss).__name__, experiment.loss.head
    wanted = classes if head in ("softmax", "margin", "log_probability") else 1
    if (head == "linear") != (task == "regression"):
        better = "squared_error" if task == "regression" else "softmax_cross_entropy"
        raise InputError(
            f"the loss {loss} with its {head} head does not go with a {task} task. Use --set loss={better}, or --task."
        )
    elsewhere = _ELSEWHERE.get(getattr(experiment.loss, "targets", ""))
    if elsewhere:
        what, better = elsewhere
        raise InputError(f"the loss {loss} is for {what}; the data give one. Use --set loss={better}.")
    if head in ("sigmoid", "sign") and classes != 2:
        several = "softmax_cross_entropy" if head == "sigmoid" else "multiclass_hinge"
        raise InputError(
            f"the loss {loss} with its {head} head is for 2 classes; the data have {classes}. Use --set loss={several}."
        )
    _check_log_probabilities(experiment, classes)
    last = bare(experiment.network.layers[-1])
    final = getattr(last, "function", last)
    if hasattr(final, "saturating") and not isinstance(final, Linear) and head != "linear":
        raise InputError(
            f"the pair {type(final).__name__} and {loss} does not go together: the loss takes raw scores "
            "and applies its own head. Leave out the network's last activation."
        )
    params = _parameters(experiment.network, input_shape)
    size = sum(leaf.size for leaf in jax.tree.leaves(params))
    if size > PARAMETER_LIMIT:
        raise InputError(
            f"the network has {size:,} parameters on these data; at most {PARAMETER_LIMIT:,} are trained. Make its "
            "layers narrower."
        )
    got = output_shape(experiment.network, input_shape)
    if got != (wanted,):
        raise InputError(
            f"the network gives outputs of shape {got} an example; {loss} on these data needs ({wanted},). "
            f"Set the last layer's {'classes' if head == 'log_probability' else 'units'} to {wanted}."
        )
    _check_start(experiment, task, input_shape)
    rates, layers = experiment.rates, experiment.network.names()
    jax.eval_shape(lambda params: dict(rates.factors(params, rates.init(params), layers=layers)), params)


def seen_rows(prepared: Prepared, weight: np.ndarray, *, seed: int) -> Seen:
    """Return what a start may know: some training rows' inputs, and all training rows' targets.

    Args:
        prepared: The arrays.
        weight: (n,) of all rows, how much each counts in training.
        seed: Of the choice of rows.

    Returns:
        The inputs of at most 1,000 rows that count, and targets and weights of all.
    """
    train = prepared.split.train
    counting = train[weight[train] > 0]
    some = counting if len(counting) else train
    if len(some) > SEEN_ROWS:
        some = np.sort(np.random.Generator(np.random.Philox(key=seed)).choice(some, SEEN_ROWS, replace=False))
    wide = jnp.result_type(float)
    y = prepared.y[train]
    return Seen(
        jnp.asarray(prepared.x[some], wide),
        jnp.asarray(y, wide if y.dtype.kind == "f" else y.dtype),
        jnp.asarray(weight[train], wide),
    )


def _check_start(experiment: Experiment, task: str, input_shape: tuple[int, ...]) -> None:
    """Let the start refuse what it cannot begin with, computing nothing."""

    def started():
        key, wide = jax.random.key(0), jnp.result_type(float)
        params, state = experiment.network.init(key, input_shape)
        y = jnp.zeros((2, 1), wide) if task == "regression" else jnp.zeros(2, jnp.int32)
        seen = Seen(jnp.ones((2, *input_shape), wide), y, jnp.ones(2, wide))
        return experiment.start(experiment.network, experiment.loss, params, state, seen, key=key)

    jax.eval_shape(started)


def _check_log_probabilities(experiment: Experiment, classes: int) -> None:
    *inner, last = map(bare, experiment.network.layers)
    misplaced = next((layer for layer in inner if _log_probable(layer)), None)
    if misplaced is not None:
        raise InputError(
            f"{type(misplaced).__name__} gives the logs of probabilities, so that it can be the last layer only. "
            "Leave out the layers behind it."
        )
    loss = type(experiment.loss).__name__
    if experiment.loss.head == "log_probability" and not _log_probable(last):
        raise InputError(
            f"the loss {loss} takes the logs of probabilities; {type(last).__name__} gives none. Make the last layer "
            f"{{kind = 'hierarchical_dense', classes = {classes}}}, or use --set loss=softmax_cross_entropy."
        )
    if experiment.loss.head != "log_probability" and _log_probable(last):
        raise InputError(
            f"the last layer {type(last).__name__} gives the logs of probabilities, which {loss} does not take. Use "
            "--set loss=hierarchical_softmax, or a dense last layer."
        )


def _log_probable(layer: Layer) -> bool:
    return getattr(layer, "log_probable", False)


def _raw(loss: Loss) -> bool:
    return getattr(loss, "targets", "") == "raw"


def _check_targets(loss: Any, targets: np.ndarray, name: str) -> None:
    """Refuse targets for which a loss of raw ones has no value."""
    values = np.asarray(targets, np.float32)[:, 0]  # as they are trained on: 1e-50 is 0
    for allowed, wanted in (
        (np.abs(values) <= LARGEST_RAW, f"amounts within {LARGEST_RAW:g} of 0, since it takes them in their own unit,"),
        (loss.allowed(values), loss.wanted),
    ):
        if not allowed.all():
            row = int(np.flatnonzero(~allowed)[0])
            raise InputError(
                f"row {row} (from 0, of those with a target): the loss {type(loss).__name__} needs {wanted} in "
                f"{name!r}; got {targets[row, 0]:g}. Correct the cell, empty it to leave the row out, or use "
                "--set loss=squared_error."
            )


def _check_preprocessing(experiment: Experiment, kind: str) -> None:
    encodes = isinstance(experiment.preprocess, TableEncoding)
    if encodes == (kind == "table"):
        return
    name = type(experiment.preprocess).__name__
    if encodes:
        raise InputError(
            f"the preprocessing {name} is for tables; the data are of the kind {kind!r}. "
            "Use --set preprocess=standardize, or give the data as a table."
        )
    raise InputError(
        f"the preprocessing {name} is for arrays; the data are a table. Use --set preprocess=table_encoding, "
        "whose preprocess.numeric scales the columns of numbers."
    )


def _parameters(network: Any, input_shape: tuple[int, ...]) -> Any:
    """Return the shapes of a network's parameters, computing nothing."""
    params, _ = jax.eval_shape(lambda: network.init(jax.random.key(0), input_shape))
    return params
