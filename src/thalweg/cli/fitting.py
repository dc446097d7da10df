"""What `fit` and `search` share: how long and how watched a network is trained, and how it is carried out."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Group, Parameter

from thalweg.cli.ending import Ending
from thalweg.cli.interrupt import Interrupt
from thalweg.cli.machine import Machine
from thalweg.cli.options import EXPERIMENT, PARTS, read_config, seconds, whole
from thalweg.cli.plugin import Plugins
from thalweg.cli.voice import Voice
from thalweg.errors import InputError

TRAINING = Group("Training", sort_key=5)
SEARCH = Group("Search", sort_key=4)
TOGETHER = Group("Several networks", sort_key=6)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Training:
    """How a network is trained, and what is made of it."""

    metric: Annotated[str | None, Parameter(help="Score to go by; by default accuracy or r2.", group=EXPERIMENT)] = None
    class_weight: Annotated[
        Literal["balanced"] | None, Parameter(help="Let every class weigh the same.", group=EXPERIMENT)
    ] = None
    epochs: Annotated[
        int | None, Parameter(converter=whole, help="Passes over the training part at most.", group=TRAINING)
    ] = None
    time_budget: Annotated[str | None, Parameter(help="Time to train at most: 90s, 10m, 1h.", group=TRAINING)] = None
    out: Annotated[Path | None, Parameter(help="The run's folder; by default runs/<data>-<n>.", group=TRAINING)] = None
    no_checks: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Skip the checks before training.", group=TRAINING),
    ] = False
    monitors: Annotated[
        Literal["none", "default", "full"],
        Parameter(help="How much is measured inside the network while it trains.", group=TRAINING),
    ] = "default"
    attempts: Annotated[
        float,
        Parameter(
            help="Share of the run's work for trying what could be wrong, where something is; 0 for none.",
            group=TRAINING,
        ),
    ] = 0.1
    on_finding: Annotated[
        Literal["warn", "stop", "repair"],
        Parameter(
            help="What to do once trouble is certain: tell of it, stop, or change what is shown to help and go on.",
            group=TRAINING,
        ),
    ] = "warn"
    open_test: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Open the sealed test part at the end.", group=PARTS),
    ] = False
    again: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Open it although it was opened before.", group=PARTS),
    ] = False

    folds: Annotated[
        int | None,
        Parameter(
            converter=whole,
            help="Cross-validate in so many folds: a search's trials, and the settings that are trained with.",
            group=TOGETHER,
        ),
    ] = None
    ensemble: Annotated[
        int | None,
        Parameter(converter=whole, help="So many networks predict together, by their mean.", group=TOGETHER),
    ] = None
    ensemble_of: Annotated[
        Literal["seeds", "trials"],
        Parameter(help="Where they come from: other seeds, or the best trials of the search.", group=TOGETHER),
    ] = "seeds"
    ensemble_average: Annotated[
        Literal["probabilities", "scores"],
        Parameter(help="What is averaged: probabilities, or the scores that they are made from.", group=TOGETHER),
    ] = "probabilities"

    def options(self) -> dict[str, Any]:
        """Return these as options of `recipe.fit`."""
        return {
            "folds": self.folds,
            "ensemble": self.ensemble,
            "ensemble_of": self.ensemble_of,
            "ensemble_average": self.ensemble_average,
            "metric": self.metric,
            "class_weight": self.class_weight,
            "epochs": self.epochs,
            "time_budget": None if self.time_budget is None else seconds(self.time_budget, "--time-budget"),
            "out": None if self.out is None else str(self.out),
            "checks": not self.no_checks,
            "monitors": self.monitors,
            "attempts": self.attempts,
            "on_finding": self.on_finding,
            "open_test": self.open_test,
            "again": self.again,
        }


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Searching:
    """What a search varies, and how."""

    strategy: Annotated[
        Literal["coarse_to_fine", "random", "grid", "successive_halving", "tpe"],
        Parameter(help="What to try next: wide and short then narrow and long, or another way.", group=SEARCH),
    ] = "coarse_to_fine"
    space: Annotated[
        Path | None, Parameter(help='TOML file of what to vary: update.rate = "log 1e-4 .. 1e-1".', group=SEARCH)
    ] = None
    over: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="One setting to vary, such as update.rate='log 1e-4 .. 1e-1'; may be given again.",
            group=SEARCH,
        ),
    ] = ()
    finalists: Annotated[
        int, Parameter(converter=whole, help="How many of the best are trained again.", group=SEARCH)
    ] = 3
    finalist_seeds: Annotated[
        int, Parameter(converter=whole, help="From how many seeds each of them is trained.", group=SEARCH)
    ] = 3

    def options(self) -> dict[str, Any]:
        """Return these as options of `recipe.fit`.

        Returns:
            The options.

        Raises:
            InputError: If the file of the space cannot be read, or names nothing.
        """
        space = None if self.space is None else read_config(self.space)
        if space is not None and set(space) == {"space"} and isinstance(space["space"], dict):
            space = space["space"]
        if space is not None and not space:
            raise InputError(f'{self.space} names nothing to vary. Write a line such as update.rate = "log 1e-4 .. 1".')
        return {
            "strategy": self.strategy,
            "space": space,
            "over": self.over,
            "finalists": self.finalists,
            "finalist_seeds": self.finalist_seeds,
        }


AS_USUAL, BY_ITSELF = Training(), Searching()


def carried_out(
    data: str,
    options: dict[str, Any],
    words: tuple[str, ...],
    *,
    plugins: Plugins,
    machine: Machine,
    voice: Voice,
    interrupt: Interrupt,
) -> Ending:
    """Train, search or both, under the eyes of a person.

    Args:
        data: What to train on.
        options: Of `recipe.fit`.
        words: Of the command, as typed.
        plugins: Files with the user's own functions.
        machine: What may be used of it.
        voice: Where it is told.
        interrupt: Hears Ctrl-C.

    Returns:
        The ending.
    """
    machine.prepare()
    from thalweg.cli.training import attended, paused, told
    from thalweg.recipe import fit as train

    options = {**options, "command": shlex.join(("thalweg", *words)), "parts": plugins.read()}
    fitted = attended(lambda **watch: train(data, **watch, **options), voice, interrupt)
    if fitted.outcome is None:
        return paused(fitted, voice, plugins.words())
    return told(fitted, fitted.outcome, voice, plugins.words())
