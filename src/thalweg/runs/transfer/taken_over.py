"""Which layers of a trained network a new one takes over."""

import jax

from thalweg.data.source import Task
from thalweg.errors import InputError
from thalweg.experiment import Experiment
from thalweg.runs.model import Model
from thalweg.runs.transfer.adapted import shapes_of, weighted_layers
from thalweg.starts.as_drawn import AsDrawn
from thalweg.train.pretrained import Pretrained, fitting


def taken_over(experiment: Experiment, model: Model, task: Task) -> Pretrained:
    """Return what a network takes over: every layer that both have, by name and shapes.

    The last layer with weights tells the classes of the old task, so that it is taken over, and what follows it, only
    where the new task is the same and so is the loss.

    Args:
        experiment: Of the new run, resolved.
        model: The trained network.
        task: Of the new run's data.

    Returns:
        The weights, and how the inputs were made.

    Raises:
        InputError: If no layer is taken over, the preprocessing is another one, or a start would make weights anew.
    """
    if experiment.preprocess != model.experiment.preprocess:
        raise InputError(
            "the trained network takes inputs as its own preprocessing makes them; got another one. Leave out the "
            "setting of preprocess, or --from."
        )
    if not isinstance(experiment.start, AsDrawn):
        raise InputError(
            f"the start {type(experiment.start).__name__} makes weights anew, and --from brings trained ones. Leave "
            "one of both out."
        )
    same = task == model.task and type(experiment.loss) is type(model.experiment.loss)
    names = model.experiment.network.names()
    last = weighted_layers(model.experiment.network, model.input_shape)[-1]
    offered = names if same else names[: names.index(last)]
    learned = [name for name in offered if jax.tree.leaves((model.params[name], model.state[name]))]
    params, state = shapes_of(experiment.network, model.input_shape)
    taken = fitting(params, state, ({n: model.params[n] for n in learned}, {n: model.state[n] for n in learned}))
    if not taken:
        raise InputError(
            f"no layer of the network is one of the trained ones ({', '.join(learned) or 'none but the last'}) in name "
            "and shape, so there is nothing to begin with. Leave out the setting of network.layers, or --from."
        )
    return Pretrained(
        preprocess=model.experiment.preprocess,
        fitted=model.fitted,
        target_fitted=model.target_fitted if last in taken else None,
        params={name: model.params[name] for name in taken},
        state={name: model.state[name] for name in taken},
    )
