"""Checkpoints: all that a run needs to go on as if it had never stopped, in one file each.

The last two are kept, so that one cut short by a crash (which the checksum tells) leaves another.
"""

import contextlib
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.archive import load, save
from thalweg.errors import InputError
from thalweg.files import make_folder
from thalweg.train.history import OF_ALL, History, pack, unpack
from thalweg.train.loop import LoopState
from thalweg.train.state import Member
from thalweg.trees import named_leaves, rebuilt

KEPT = 2


def save_checkpoint(folder: Path, state: LoopState, identity: str = "") -> Path:
    """Write a checkpoint and remove all but the last two.

    Args:
        folder: Made if it is missing.
        state: Where the run is.
        identity: Of the run, so that another run's checkpoint is not taken for its own.

    Returns:
        The file.

    Raises:
        InputError: If the folder may not be written or the disk is full; earlier checkpoints stay.
    """
    make_folder(folder)
    arrays = {f"members|{name}": leaf for name, leaf in named_leaves(state.members).items()}
    arrays |= {f"history|{name}": values for name, values in pack(state.history).items()}
    arrays |= {"best|score": np.array(state.best_score), "best|loss": np.array(state.best_loss)}
    marked_clock, marked = state.marked or (None, None)
    arrays |= {f"marked|{name}": leaf for name, leaf in named_leaves(marked).items()}
    facts = {
        "clock": state.clock,
        "marked": marked_clock,
        "note": state.note,
        "seconds": state.seconds,
        "compile_seconds": state.compile_seconds,
        "endings": list(state.endings),
        "restarts": list(state.restarts),
        "paused": state.paused,
        "run": identity,
    }
    path = folder / f"{state.clock:012d}.safetensors"
    save(path, arrays, facts)
    # What claims to be newer was found damaged, or the run would have gone on from it: it is not one of the two.
    older = [file for file in _newest_first(folder) if file.name < path.name]
    for useless in {*_newest_first(folder)} - {path, *older[: KEPT - 1]}:
        with contextlib.suppress(OSError):  # one too many does no harm
            useless.unlink()
    return path


def load_checkpoint(folder: Path, like: Member, identity: str = "") -> LoopState | None:
    """Read the newest checkpoint that is whole.

    Args:
        folder: Where `save_checkpoint` wrote.
        like: A fresh population of the same structure; its shapes and types are what the file must hold.
        identity: Of the run.

    Returns:
        The state, or None if there is no checkpoint.

    Raises:
        InputError: If there are checkpoints but none is whole, or they are of another network or run.
    """
    found = _newest_whole(folder, "Delete the folder to begin the run again.")
    if found is None:
        return None
    path, arrays, facts = found
    try:
        _require_own(facts, identity)
        return _restored(arrays, facts, like)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise InputError(
            f"{path} does not hold this network ({_detail(error)}). Was the experiment changed? Start a new run for it."
        ) from None


def load_note(folder: Path, identity: str = "") -> str:
    """Read the note in the newest checkpoint that is whole, for which its network need not be known.

    Args:
        folder: Where `save_checkpoint` wrote.
        identity: Of the run.

    Returns:
        The note; "" where there is no checkpoint.

    Raises:
        InputError: If there are checkpoints but none is whole, or it is of another run.
    """
    found = _newest_whole(folder, "Delete the folder to begin the run again.")
    if found is None:
        return ""
    path, _, facts = found
    if facts.get("run") != identity:
        raise InputError(f"{path} is of another run. Put back the run's own file, or start a new run.")
    return str(facts.get("note", ""))


def load_history(folder: Path, identity: str = "") -> History:
    """Read the history in the newest checkpoint that is whole.

    Args:
        folder: Where `save_checkpoint` wrote.
        identity: Of the run.

    Returns:
        The history; it has at least one evaluation.

    Raises:
        InputError: If there is no whole checkpoint, or it is of another run.
    """
    found = _newest_whole(folder, "Make the run again.")
    if found is None:
        raise InputError(f"there is no checkpoint in {folder}, where a run's history lies. Make the run again.")
    path, arrays, facts = found
    try:
        _require_own(facts, identity)
        history = _history(arrays)
        if not history.evaluations:
            raise ValueError("no evaluation")
        return history
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise InputError(f"{path} does not hold this run's history ({_detail(error)}). Make the run again.") from None


def _newest_whole(folder: Path, remedy: str) -> tuple[Path, dict, dict] | None:
    paths = _newest_first(folder)
    for path in paths:
        try:
            return path, *load(path)
        except InputError:
            continue  # cut short; the one before it is whole
    if paths:
        raise InputError(f"no checkpoint in {folder} is whole. {remedy}")
    return None


def _restored(arrays: dict, facts: dict, like: Member) -> LoopState:
    groups: dict[str, dict] = {"members": {}, "marked": {}, "history": {}, "best": {}}
    for name, values in arrays.items():
        group, _, rest = name.partition("|")
        groups[group][rest] = values
    members = rebuilt(like, groups["members"])
    marked = jax.tree.map(jnp.asarray, rebuilt(like, groups["marked"])) if groups["marked"] else None
    count = len(like.alive)
    state = LoopState(
        members=jax.tree.map(jnp.asarray, members),
        clock=int(facts["clock"]),
        history=_history(arrays),
        best_score=tuple(groups["best"]["score"].tolist()),
        best_loss=tuple(groups["best"]["loss"].tolist()),
        seconds=float(facts["seconds"]),
        compile_seconds=float(facts["compile_seconds"]),
        endings=tuple(map(str, facts["endings"])),
        restarts=tuple(map(str, facts["restarts"])),
        marked=None if marked is None else (int(facts["marked"]), marked),
        note=str(facts.get("note", "")),  # files of earlier versions have none
    )
    if not 0 <= state.clock <= int(np.max(like.total)):
        raise ValueError(f"step {state.clock} of {np.max(like.total)}")
    if state.marked is not None and not 0 <= state.marked[0] <= state.clock:
        raise ValueError(f"step {state.marked[0]} is marked at step {state.clock}")
    for values in (state.best_score, state.best_loss, state.endings):
        if len(values) not in (0, count):
            raise ValueError(f"{len(values)} values for {count} members")
    return state


def _history(arrays: dict) -> History:
    """Return the history in a checkpoint: a number a member in each record, or on the probe set a row of them."""
    packed = {n.removeprefix("history|"): v for n, v in arrays.items() if n.startswith("history|")}
    members = len(arrays["members|alive"])
    for name, values in packed.items():
        table, _, column = name.partition("|")
        rows = packed[f"{table}|step"].size
        single = column == "step" or (table == "evaluations" and column in OF_ALL)
        kinds = "iu" if column == "step" else "biuf"
        several = table == "probes" and not single and values.ndim == 3 and values.size
        shape = values.shape[:2] if several else values.shape
        if shape != ((rows,) if single else (rows, members)) or values.dtype.kind not in kinds or not rows:
            raise ValueError(f"the history's {name} is {values.dtype}{list(values.shape)}")
    return unpack(packed)


def _require_own(facts: dict, identity: str) -> None:
    if facts.get("run") != identity:
        raise ValueError("it is of another run")


def _detail(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:300]


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.safetensors"), reverse=True)
