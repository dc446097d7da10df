"""Runs on disk: arrays in an .npz file, all else in a .json file beside it, which is written last."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from tests.faults import changes
from tests.faults.setups import Setup

from bench.diagnosis.told import GIVEN
from bench.diagnosis.training import Kept
from thalweg.catalogue import KINDS
from thalweg.checks.result import CheckResult, Curve
from thalweg.classic.baseline import Baseline
from thalweg.experiment import Experiment
from thalweg.serialise import from_plain, to_plain
from thalweg.train.history import pack, unpack


def place_of(folder: Path, setup: Setup, seed: int) -> Path:
    """Return where a run is kept, without an ending."""
    return folder / "runs" / f"{setup.digest}-{seed}"


def is_kept(folder: Path, setup: Setup, seed: int, *, checked: bool = False) -> bool:
    """Say whether a run is on disk, whole; and, if that is asked for, with the checks before it."""
    file = place_of(folder, setup, seed).with_suffix(".json")
    return file.exists() and (not checked or bool(json.loads(file.read_text())["checks"]))


def write(folder: Path, kept: Kept) -> None:
    """Write a run."""
    place = place_of(folder, kept.setup, kept.seed)
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_suffix(".npz").open("wb") as file:
        np.savez_compressed(file, **pack(kept.history))
    told = {name: value for name, value in kept._asdict().items() if name not in ("setup", "history", "experiment")}
    told["checks"] = [check._asdict() | {"curve": check.curve and check.curve._asdict()} for check in kept.checks]
    told["baselines"] = [baseline._asdict() for baseline in kept.baselines]
    told |= {"setup": _plain(kept.setup), "experiment": to_plain(kept.experiment)}
    part = place.with_suffix(".part")
    part.write_text(json.dumps(told, default=float))  # NaN and infinities are written by name
    part.replace(place.with_suffix(".json"))


def read(folder: Path, setup: Setup, seed: int) -> Kept:
    """Read a run: all that `diagnose` takes, and `prepared()` for the arrays.

    Args:
        folder: That runs were kept in.
        setup: What was trained, of `tests.faults`.
        seed: Of the run and its split.

    Returns:
        The run.
    """
    return read_at(place_of(folder, setup, seed))


def read_at(place: Path) -> Kept:
    """Read the run at a place, without an ending."""
    told = json.loads(place.with_suffix(".json").read_text())
    with np.load(place.with_suffix(".npz"), allow_pickle=False) as arrays:
        history = unpack({name: arrays[name] for name in arrays.files})
    checks = tuple(CheckResult(**{**c, "curve": c["curve"] and _curve(c["curve"])}) for c in told["checks"])
    return Kept(
        **{
            **told,
            "setup": _setup(told["setup"]),
            "experiment": experiment_of(told["experiment"]),
            "history": history,
            "checks": checks,
            "baselines": tuple(Baseline(**baseline) for baseline in told["baselines"]),
        }
    )


def experiment_of(plain: dict[str, Any]) -> Experiment:
    """Return an experiment that was written down, the catalogue's own functions in it."""
    return from_plain(plain, "experiment", KINDS, given=GIVEN)


def _plain(setup: Setup) -> dict[str, Any]:
    change = setup.change.__name__ if setup.change else ""
    return {**setup._asdict(), "experiment": to_plain(setup.experiment), "change": change}


def _setup(plain: dict[str, Any]) -> Setup:
    change = getattr(changes, plain["change"]) if plain["change"] else None
    return Setup(**{**plain, "experiment": experiment_of(plain["experiment"]), "change": change})


def _curve(plain: dict[str, Any]) -> Curve:
    return Curve(**{**plain, "at": tuple(plain["at"]), "values": tuple(map(tuple, plain["values"]))})
