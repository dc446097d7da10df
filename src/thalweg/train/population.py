"""Train many members of one structure in one compiled program.

`advance` is the only way to train: one run is a population of one. All that changes is in `Member`; Python acts
between calls. Monitored steps are structured, not conditional: a block is one monitored step and some plain ones,
for a `cond` inside the step would cost several times the monitor.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from thalweg.keys import role
from thalweg.platform import backend, jit
from thalweg.spec import traced
from thalweg.starts.as_drawn import AsDrawn
from thalweg.train.observers import Observer
from thalweg.train.pretrained import Weights, with_weights
from thalweg.train.state import Batches, Carry, Learner, Member
from thalweg.train.step import rows_of, take_step
from thalweg.types import Array, Seen, Shape, Start

_AS_DRAWN = AsDrawn()
ROWS = 256  # records one chunk can hold: `count / every` may not pass it


def start(
    learner: Learner,
    key: Array,
    input_shape: Shape,
    total: int,
    *,
    begin: Start = _AS_DRAWN,
    seen: Seen | None = None,
    taken: Weights | None = None,
) -> Member:
    """Return one member at step 0.

    Args:
        learner: Holds Python or traced numbers.
        key: Root of its randomness; see `keys.root`.
        input_shape: Shape of one example, without the batch axis.
        total: Steps it may make at most; at least 1.
        begin: What becomes of the drawn parameters.
        seen: What it looks at; None for one that looks at nothing.
        taken: Trained params and state of some layers, by name, which it begins with; None for none.

    Returns:
        The member, without a population axis; see `population`.
    """
    return _start(traced(learner), traced(begin), seen, taken, key, jnp.int32(total), input_shape=input_shape)


def _start_one(
    learner: Learner,
    begin: Start,
    seen: Seen | None,
    taken: Weights | None,
    key: Array,
    total: Array,
    *,
    input_shape: Shape,
) -> Member:
    network, loss, drawing = learner.objective.network, learner.objective.loss, role(key, "init")
    params, state = network.init(drawing, input_shape)
    params = begin(network, loss, params, state, seen, key=drawing)
    if taken is not None:
        params, state = with_weights(params, state, taken)
    zero = jnp.zeros(())
    rule_state, rates_state = learner.update.build().init(params), learner.rates.init(params)
    carry = Carry(params, state, rule_state, jnp.int32(0), zero, zero, jnp.ones(()), jnp.int32(0), rates_state)
    carry = carry._replace(kept=learner.averaging.init(params, state))
    return Member(learner, key, carry, (params, state), total, jnp.bool_(True))


_start = jit(_start_one, static=("input_shape",))


def population(members: Sequence[Member]) -> Member:
    """Stack members of one structure; every leaf gets a leading axis m.

    Args:
        members: At least one.

    Returns:
        The population.
    """
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *members)


def member_of(members: Member, position: int) -> Member:
    """Return one member of a population.

    Args:
        members: A population: every leaf (m, ...).
        position: From 0.

    Returns:
        The member, without the population axis.
    """
    return jax.tree.map(lambda leaf: leaf[position], members)


def each(function: Callable[..., Any], arguments: Any) -> Any:
    """Apply a function to every member: side by side on a GPU, one after the other on a CPU.

    On a CPU `vmap` turns matrix products into slow batched ones, and a loop over members gives each the bits
    it would have alone.

    Args:
        function: Of one member's arguments.
        arguments: A pytree; every leaf has the population axis first.

    Returns:
        The results, with the population axis first.
    """
    if backend() == "cpu":
        return lax.map(function, arguments)
    return jax.vmap(function)(arguments)


def _advance(
    members: Member, batches: Batches, clock: Array, count: Array, every: Array, *, observers: tuple[Observer, ...]
) -> tuple[Member, tuple[Any, ...]]:
    order, mask = batches.order, batches.mask
    shared = batches._replace(order=None, mask=None)
    steps = 1 if order is None else order.shape[1]

    def one(given):
        member, order, mask, count = given

        def step(moment, carry):
            row = moment % steps
            return take_step(
                member, carry, rows_of(shared, order, mask, row), new_epoch=row == 0, ends_epoch=row == steps - 1
            )

        def plain(begin, end, carry):
            return lax.fori_loop(begin, end, lambda moment, carry: step(moment, carry)[0], carry)

        left = jnp.minimum(count, member.total - member.carry.step)
        end = clock + jnp.where(member.alive, left, 0)
        if not observers:
            return member._replace(carry=plain(clock, end, member.carry)), ()

        def at(k):  # the k-th recorded step: those that `every` divides, however the chunks are cut
            return (-(-clock // every) + k) * every

        def block(k, state):
            carry, records = state
            after, view = step(at(k), carry)
            measured = tuple(observer.measure(view) for observer in observers)
            records = jax.tree.map(lambda rows, value: rows.at[k].set(value), records, measured)
            return plain(at(k) + 1, jnp.minimum(at(k + 1), end), after), records

        shapes = jax.eval_shape(lambda carry: tuple(o.measure(step(clock, carry)[1]) for o in observers), member.carry)
        records = jax.tree.map(lambda s: jnp.full((ROWS, *s.shape), jnp.nan, s.dtype), shapes)
        carry = plain(clock, jnp.minimum(at(0), end), member.carry)
        blocks = -(-end // every) - -(-clock // every)
        carry, records = lax.fori_loop(0, blocks, block, (carry, records))
        return member._replace(carry=carry), records

    return each(one, (members, order, mask, count))


_compiled_advance = jit(_advance, static=("observers",))


def advance(
    members: Member,
    batches: Batches,
    *,
    clock: int,
    count: int | np.ndarray,
    every: int = 50,
    observers: tuple[Observer, ...] = (),
) -> tuple[Member, tuple[Any, ...]]:
    """Advance every living member by `count` steps, or by those it has left.

    Args:
        members: A population: every leaf (m, ...).
        batches: One epoch's data, shared but for the order.
        clock: Steps made since the population's first; its remainder by the steps of an epoch says where in the
            epoch the first of these lies. With an `order` of several steps, no call may pass the epoch's end.
        count: How many steps; (m,) for members of which some rest before the others. Neither this nor `clock` nor
            `every` is part of the compiled program.
        every: A record is taken at each step whose number (from 0) this divides; at most 256 a call.
        observers: Hashable; part of the compiled program. () for none.

    Returns:
        (members, records): a record per observer, every leaf (m, 256, ...); row k is the k-th monitored step
        of this call, the rows it did not reach are NaN.

    Raises:
        ValueError: If the call would pass the end of the epoch or of the records.
    """
    steps = batches.order.shape[1] if batches.order is not None else 1
    counts = np.broadcast_to(np.asarray(count, np.int32), len(members.alive))
    most = int(counts.max())
    if steps > 1 and clock % steps + most > steps:
        raise ValueError(f"advance may not pass the epoch's end: step {clock % steps} + {most} of {steps}.")
    if observers and -(-(clock + most) // every) - -(-clock // every) > ROWS:
        raise ValueError(f"advance can hold {ROWS} records a call; {most} steps, one record every {every}, are more.")
    return _compiled_advance(members, batches, np.int32(clock), counts, np.int32(every), observers=observers)


def advance_bytes(members: Member, batches: Batches) -> int:
    """Compile `advance` for a population, and return how much memory a call takes beside what it is given.

    Args:
        members: A population.
        batches: One epoch's data.

    Returns:
        Bytes of the members that come out, and of what lies between. The program is the one that `advance` will run
        without observers.
    """
    number, compiled = jnp.int32(0), cast(Any, _compiled_advance).compiled()
    counts = jnp.zeros(len(members.alive), jnp.int32)
    program = compiled.lower(members, batches, number, counts, number, observers=()).compile()
    memory = program.memory_analysis()
    return int(memory.output_size_in_bytes + memory.temp_size_in_bytes)
