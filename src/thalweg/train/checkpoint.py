"""Checkpoints: all that a run needs to go on as if it had never stopped, in one file each.

The last two are kept, so that one cut short by a crash (which the checksum tells) leaves another.
"""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.archive import load, save
from thalweg.errors import InputError
from thalweg.train.history import History, pack, unpack
from thalweg.train.loop import LoopState
from thalweg.train.state import Member
from thalweg.trees import named_leaves, rebuilt

KEPT = 2


def save_checkpoint(folder: Path, state: LoopState) -> Path:
    """Write a checkpoint and remove all but the last two.

    Args:
        folder: Made if it is missing.
        state: Where the run is.

    Returns:
        The file.

    Raises:
        InputError: If the folder may not be written or the disk is full; earlier checkpoints stay.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make {folder}: {error.strerror or error}.") from None
    arrays = {f"members|{name}": leaf for name, leaf in named_leaves(state.members).items()}
    arrays |= {f"history|{name}": values for name, values in pack(state.history).items()}
    arrays |= {"best|score": np.array(state.best_score), "best|loss": np.array(state.best_loss)}
    facts = {
        "clock": state.clock,
        "seconds": state.seconds,
        "compile_seconds": state.compile_seconds,
        "endings": list(state.endings),
        "restarts": list(state.restarts),
        "paused": state.paused,
    }
    path = folder / f"{state.clock:012d}.safetensors"
    save(path, arrays, facts)
    for old in _newest_first(folder)[KEPT:]:
        old.unlink(missing_ok=True)
    return path


def load_checkpoint(folder: Path, like: Member) -> LoopState | None:
    """Read the newest checkpoint that is whole.

    Args:
        folder: Where `save_checkpoint` wrote.
        like: A fresh population of the same structure; its shapes and types are what the file must hold.

    Returns:
        The state, or None if there is no checkpoint.

    Raises:
        InputError: If there are checkpoints but none is whole, or they are of another network.
    """
    paths = _newest_first(folder)
    for path in paths:
        try:
            arrays, facts = load(path)
        except InputError:
            continue  # cut short; the one before it is whole
        return _restored(path, arrays, facts, like)
    if paths:
        raise InputError(f"no checkpoint in {folder} is whole. Delete the folder to begin the run again.")
    return None


def load_history(folder: Path) -> History:
    """Read the history in the newest checkpoint that is whole.

    Args:
        folder: Where `save_checkpoint` wrote.

    Returns:
        The history.

    Raises:
        InputError: If there is no whole checkpoint.
    """
    for path in _newest_first(folder):
        try:
            arrays, _ = load(path)
            return unpack({n.removeprefix("history|"): v for n, v in arrays.items() if n.startswith("history|")})
        except (InputError, KeyError, ValueError):
            continue  # cut short; the one before it is whole
    raise InputError(f"no checkpoint in {folder} is whole. Make the run again.")


def _restored(path: Path, arrays: dict, facts: dict, like: Member) -> LoopState:
    try:
        groups: dict[str, dict] = {"members": {}, "history": {}, "best": {}}
        for name, values in arrays.items():
            group, _, rest = name.partition("|")
            groups[group][rest] = values
        members = rebuilt(like, groups["members"])
        jax.tree.map(_same_shape, like, members)
        return LoopState(
            members=jax.tree.map(jnp.asarray, members),
            clock=int(facts["clock"]),
            history=unpack(groups["history"]),
            best_score=tuple(groups["best"]["score"].tolist()),
            best_loss=tuple(groups["best"]["loss"].tolist()),
            seconds=float(facts["seconds"]),
            compile_seconds=float(facts["compile_seconds"]),
            endings=tuple(map(str, facts["endings"])),
            restarts=tuple(map(str, facts["restarts"])),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise InputError(
            f"{path} does not hold this network ({error}). Was the experiment changed? Start a new run for it."
        ) from None


def _same_shape(wanted, got) -> None:
    if wanted.shape != got.shape or wanted.dtype != got.dtype:
        raise ValueError(f"wanted {wanted.dtype}{list(wanted.shape)}, got {got.dtype}{list(got.shape)}")


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.safetensors"), reverse=True)
