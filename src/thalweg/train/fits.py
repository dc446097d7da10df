"""Which experiments suit which data; the others are refused before anything is computed."""

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp

from thalweg.activations.linear import Linear
from thalweg.activations.softmax import Softmax
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.mixings.no_mixing import NoMixing
from thalweg.network.chain import chains, every, layer_names
from thalweg.network.named import bare
from thalweg.network.noise import without_noise
from thalweg.network.sequential import output_shape
from thalweg.spec import functions_in
from thalweg.types import Context, Layer, Seen

# Of a network, or of a file that describes one; more is refused before anything is allocated.
PARAMETER_LIMIT = 2_000_000_000

_TASKS = {"linear": "regression", "sigmoids": "attributes", "signs": "attributes"}  # of heads; the others' is classes
_BETTER = {
    "classes": "softmax_cross_entropy",
    "regression": "squared_error",
    "attributes": "attribute_cross_entropy",
}

# Targets that no table holds: what they are, and the loss of those that it does.
_ELSEWHERE = {
    "shares": ("a share of each class an example", "softmax_cross_entropy"),
    "vectors": ("two amounts an example at least", "squared_error"),
}


def check_fits(experiment: Experiment, task: str, classes: int, input_shape: tuple[int, ...]) -> None:
    """Refuse a loss and head that do not suit the data.

    Softmax and margin go with classes (one output each), log_probability with classes and a last layer of such
    outputs, sigmoid and sign with two classes (one output), sigmoids and signs with attributes (one output each),
    linear with numbers (one output, or the loss's `width`).

    Args:
        experiment: Gives the network and the loss.
        task: "classes", "regression" or "attributes".
        classes: How many; of attributes, how many of those; 0 for regression.
        input_shape: Shape of one preprocessed example.

    Raises:
        InputError: If they or the start do not go together, a function of the user's fails or has no gradient, the
            network has more parameters than any memory holds, or a rate is for a layer that the network has not.
    """
    loss, head = type(experiment.loss).__name__, experiment.loss.head
    each = head in ("softmax", "margin", "log_probability", "sigmoids", "signs")
    wanted = classes if each else getattr(experiment.loss, "width", 1)
    if _TASKS.get(head, "classes") != task:
        raise InputError(
            f"the loss {loss} with its {head} head does not go with {_article(task)} {task} task. Use --set "
            f"loss={_BETTER[task]}, or --task."
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
    values = head == "linear" and not hasattr(experiment.loss, "width")  # which an activation may shape
    if hasattr(final, "saturating") and not isinstance(final, Linear) and not values:
        raise InputError(
            f"the pair {type(final).__name__} and {loss} does not go together: the loss takes raw scores "
            "and applies its own head. Leave out the network's last activation."
        )
    if isinstance(final, Softmax) and wanted == 1:
        raise InputError(
            f"the pair Softmax and {loss} does not go together: the softmax of a single output is always 1. Leave out "
            "the network's last activation."
        )
    _check_augment(experiment, input_shape)
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
    _check_start(experiment, task, classes, input_shape)
    _check_own_functions(experiment, task, classes, input_shape)
    rates, layers = experiment.rates, experiment.network.names()
    jax.eval_shape(lambda params: dict(rates.factors(params, rates.init(params), layers=layers)), params)


def check_batch(experiment: Experiment, rows: int) -> None:
    """Refuse steps that an update rule for full batches, or a mixing, cannot learn from.

    Args:
        experiment: Gives the rule, the batch and the network.
        rows: How many are trained on.

    Raises:
        InputError: If the rule wants all rows in every step, and a step sees fewer, or images or layers hang on draws
            made anew. If examples are to be mixed in batches of one.
    """
    rule, batch = type(experiment.update).__name__, experiment.training.batch
    if min(batch, rows) < 2 and not isinstance(experiment.mix, NoMixing):
        raise InputError(
            f"the mixing {type(experiment.mix).__name__} mixes examples of one batch; got batches of one. Use --set "
            "training.batch=32, or mix=no_mixing."
        )
    if not getattr(experiment.update, "full_batch", False):
        return
    if batch < rows:
        raise InputError(
            f"the update rule {rule} needs all training rows in every step, {rows:,}; got a batch of {batch:,}. Use "
            f"--set training.batch={rows}, or another rule."
        )
    if experiment.augment or not isinstance(experiment.mix, NoMixing):
        raise InputError(
            f"the update rule {rule} needs the same objective at every step, so that images cannot be changed at "
            "random, nor examples mixed. Use --set augment=[] --set mix=no_mixing, or another rule."
        )
    noisy = list(_noisy(experiment.network.layers, without_noise(experiment.network).layers))
    if noisy:
        raise InputError(
            f"the update rule {rule} needs the same objective at every step, so that no layer may draw noise; got "
            f"{', '.join(noisy)}. Set shares and deviations to 0, leave such layers out, or use another rule."
        )


def _noisy(layers: tuple[Layer, ...], quiet: tuple[Layer, ...], before: str = "") -> Iterator[str]:
    """Name the layers that differ from those that draw nothing, in blocks too."""
    for name, layer, still in zip(layer_names(layers), layers, quiet, strict=True):
        held, silent = chains(layer), chains(still)
        for field, inner in held.items():
            yield from _noisy(inner, silent[field], f"{before}{name}/{field}/")
        if not held and layer != still:
            yield before + name


def _check_augment(experiment: Experiment, input_shape: tuple[int, ...]) -> None:
    change: Any
    for change in experiment.augment:
        if len(input_shape) != 3:
            raise InputError(
                f"the augmentation {type(change).__name__} is for images (height, width, channels); the data have "
                f"inputs of shape {input_shape} an example. Use --set augment=[], and "
                "--network three_layer where the network is one for images, too."
            )
        if hasattr(change, "check"):
            change.check(input_shape)
    mix: Any = experiment.mix
    if hasattr(mix, "check"):
        mix.check(input_shape)


def _check_start(experiment: Experiment, task: str, classes: int, input_shape: tuple[int, ...]) -> None:
    """Let the start refuse what it cannot begin with, computing nothing."""

    def started():
        key, wide = jax.random.key(0), jnp.result_type(float)
        params, state = experiment.network.init(key, input_shape)
        seen = Seen(jnp.ones((2, *input_shape), wide), _targets(task, classes), jnp.ones(2, wide))
        return experiment.start(experiment.network, experiment.loss, params, state, seen, key=key)

    jax.eval_shape(started)


def _check_own_functions(experiment: Experiment, task: str, classes: int, input_shape: tuple[int, ...]) -> None:
    """Take the gradient through functions of the user's, computing nothing: JAX may refuse it in its own words."""
    own = [function.__name__ for function in functions_in(experiment.objective())]
    if not own:
        return

    def gradient():
        params, state = experiment.network.init(jax.random.key(0), input_shape)
        wide = jnp.result_type(float)
        x, weight = jnp.ones((2, *input_shape), wide), jnp.ones(2, wide)
        y = _targets(task, classes)
        context = Context(True, jax.random.key(0), weight)
        objective = experiment.objective()
        return jax.grad(lambda params: objective(params, state, x, y, weight, context=context)[0])(params)

    try:
        jax.eval_shape(gradient)
    except InputError:
        raise
    except Exception as error:  # whatever JAX makes of the user's lines
        raise InputError(
            f"no gradient can be taken through the functions {', '.join(own)}: {type(error).__name__}: "
            f"{str(error).partition(chr(10))[0][:300]} Mend the function."
        ) from error


def _targets(task: str, classes: int) -> Any:
    """Return targets of two examples, in the form that the task has them."""
    if task == "regression":
        return jnp.zeros((2, 1), jnp.result_type(float))
    return jnp.zeros((2, classes) if task == "attributes" else 2, jnp.int32)


def _article(word: str) -> str:
    return "an" if word == "attributes" else "a"


def _check_log_probabilities(experiment: Experiment, classes: int) -> None:
    last = bare(experiment.network.layers[-1])
    misplaced = next((one for one in every(experiment.network.layers) if _log_probable(one) and one is not last), None)
    if misplaced is not None:
        raise InputError(
            f"{type(misplaced).__name__} gives the logs of probabilities, so that it can be the last layer only. "
            "Leave out the layers behind it, and put it into no block."
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


def _parameters(network: Any, input_shape: tuple[int, ...]) -> Any:
    """Return the shapes of a network's parameters, computing nothing."""
    params, _ = jax.eval_shape(lambda: network.init(jax.random.key(0), input_shape))
    return params
