"""The parameters of dense layers with sigmoids, from machines."""

import jax.numpy as jnp

from thalweg.errors import InputError
from thalweg.pretrain.boltzmann.machine import Machine
from thalweg.types import Params


def begun_from(params: Params, names: tuple[str, ...], machines: tuple[Machine, ...]) -> Params:
    """Return a network's parameters with those of machines in its dense layers.

        w = W, b = c

    Args:
        params: By layer name.
        names: Of the dense layers, from the lowest; one a machine.
        machines: As a deep belief network has them.

    Returns:
        The parameters; those of other layers are as they were.

    Raises:
        InputError: If a layer has another shape than its machine, or there are not as many layers as machines.

    Example:
        >>> machine = Machine(jnp.array([[2.0]]), jnp.array([0.0]), jnp.array([-2.0]))
        >>> drawn = {"dense_1": {"w": jnp.zeros((1, 1)), "b": jnp.zeros(1)}}
        >>> begun_from(drawn, ("dense_1",), (machine,))["dense_1"]["b"].tolist()
        [-2.0]
    """
    shapes = [params[name]["w"].shape for name in names]
    wanted = [machine.weights.shape for machine in machines]
    if shapes != wanted:
        raise InputError(
            f"the network's dense layers are of shapes {shapes}, and the machines of {wanted}. Train machines of as "
            "many hidden units as the layers have outputs."
        )
    own = {
        name: {
            **params[name],
            "w": jnp.asarray(machine.weights, jnp.asarray(params[name]["w"]).dtype),
            "b": jnp.asarray(machine.hidden_bias, jnp.asarray(params[name]["b"]).dtype),
        }
        for name, machine in zip(names, machines, strict=True)
    }
    return {**params, **own}
