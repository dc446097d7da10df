"""`thalweg fit`: train a network on data, everything but the test set."""

import shlex
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Group, Parameter

from thalweg.cli.ending import Ending
from thalweg.cli.interrupt import Interrupt
from thalweg.cli.machine import ALL_OF_IT, Machine
from thalweg.cli.options import AS_FOUND, BY_DEFAULT, DRAWN, EXPERIMENT, PARTS, Parts, Reading, Settings, seconds, whole
from thalweg.cli.plugin import NO_PLUGINS, Plugins
from thalweg.cli.voice import ALOUD, Voice

TRAINING = Group("Training", sort_key=5)


def fit(
    data: Annotated[str, Parameter(help="A file, a folder of images, or a built-in set such as digits.")],
    /,
    *,
    reading: Reading = AS_FOUND,
    parts: Parts = DRAWN,
    settings: Settings = BY_DEFAULT,
    plugins: Plugins = NO_PLUGINS,
    metric: Annotated[
        str | None, Parameter(help="Score to go by; by default accuracy or r2.", group=EXPERIMENT)
    ] = None,
    class_weight: Annotated[
        Literal["balanced"] | None, Parameter(help="Let every class weigh the same.", group=EXPERIMENT)
    ] = None,
    epochs: Annotated[
        int | None, Parameter(converter=whole, help="Passes over the training part at most.", group=TRAINING)
    ] = None,
    time_budget: Annotated[str | None, Parameter(help="Time to train at most: 90s, 10m, 1h.", group=TRAINING)] = None,
    out: Annotated[Path | None, Parameter(help="The run's folder; by default runs/<data>-<n>.", group=TRAINING)] = None,
    no_checks: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Skip the checks before training.", group=TRAINING),
    ] = False,
    monitors: Annotated[
        Literal["none", "default", "full"],
        Parameter(help="How much is measured inside the network while it trains.", group=TRAINING),
    ] = "default",
    attempts: Annotated[
        float,
        Parameter(
            help="Share of the run's work for trying what could be wrong, where something is; 0 for none.",
            group=TRAINING,
        ),
    ] = 0.1,
    on_finding: Annotated[
        Literal["warn", "stop", "repair"],
        Parameter(
            help="What to do once trouble is certain: tell of it, stop, or change what is shown to help and go on.",
            group=TRAINING,
        ),
    ] = "warn",
    open_test: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Open the sealed test part at the end.", group=PARTS),
    ] = False,
    again: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Open it although it was opened before.", group=PARTS),
    ] = False,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
    words: Annotated[tuple[str, ...], Parameter(parse=False)],
    interrupt: Annotated[Interrupt, Parameter(parse=False)],
) -> Ending:
    """Train a network on data: split, prepare, check, train, judge, explain, save."""
    options: dict[str, Any] = {
        **reading.options(),
        **parts.options(),
        **settings.options(),
        "metric": metric,
        "class_weight": class_weight,
        "epochs": epochs,
        "time_budget": None if time_budget is None else seconds(time_budget, "--time-budget"),
        "out": None if out is None else str(out),
        "checks": not no_checks,
        "monitors": monitors,
        "attempts": attempts,
        "on_finding": on_finding,
        "open_test": open_test,
        "again": again,
        "command": shlex.join(("thalweg", *words)),
    }
    machine.prepare()
    from thalweg.cli.training import attended, paused, told
    from thalweg.recipe import fit as train

    options["parts"] = plugins.read()
    fitted = attended(lambda **watch: train(data, **watch, **options), voice, interrupt)
    if fitted.outcome is None:
        return paused(fitted.run, voice, plugins.words())
    return told(fitted, fitted.outcome, voice, plugins.words())
