"""`thalweg evaluate`: score a run on labelled rows it has not seen."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from thalweg.cli.ending import Ending, plain
from thalweg.cli.machine import ALL_OF_IT, Machine
from thalweg.cli.plugin import NO_PLUGINS, Plugins
from thalweg.cli.voice import ALOUD, Voice
from thalweg.errors import InputError


def evaluate(
    run: Annotated[Path, Parameter(help="The run directory.")],
    /,
    *,
    data: Annotated[
        str | None,
        Parameter(help="Labelled file to score the run on; with --test, the run's data where they have moved."),
    ] = None,
    test: Annotated[bool, Parameter(negative="", show_default=False, help="Open the sealed test part.")] = False,
    test_data: Annotated[str | None, Parameter(help="With --test: the run's test file, where it was moved.")] = None,
    validation_data: Annotated[
        str | None, Parameter(help="With --test: the run's validation file, where it was moved.")
    ] = None,
    again: Annotated[
        bool, Parameter(negative="", show_default=False, help="Open it although it was opened before.")
    ] = False,
    test_time_flips: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Images: average over each one and its mirror image."),
    ] = False,
    plugins: Plugins = NO_PLUGINS,
    machine: Machine = ALL_OF_IT,
    voice: Voice = ALOUD,
) -> Ending:
    """Score a run on a labelled file, or on its sealed test part, which is best done once.

    Raises:
        InputError: If nothing to score on is given, or what is given cannot be used.
    """
    if data is None and not test:
        raise InputError("say what to score the run on: --data FILE, or --test for the sealed test part.")
    if again and not test:
        raise InputError("--again goes with --test, which opens the sealed test part. Give both or neither.")
    if (test_data or validation_data) and not test:
        raise InputError("--test-data and --validation-data say where a run's files are for --test. Add it.")
    machine.prepare()
    from thalweg.cli.facts import remark_line, score_facts
    from thalweg.cli.telling import score_lines
    from thalweg.recipe import open_test
    from thalweg.report.ensemble import gain_lines
    from thalweg.report.verdict import openings
    from thalweg.runs.evaluating import evaluate_file

    own = plugins.read()
    gains: list[str] = []
    facts: dict[str, Any] = {"run": str(run), "test_time_flips": test_time_flips}
    if data is not None and not test:
        found = evaluate_file(run, data, parts=own, test_time_flips=test_time_flips)
        for remark in found.remarks:
            voice.say(remark_line(remark))
        scores = found.scores
        facts |= {"task": found.task, "remarks": found.remarks}
    else:
        moved = {"data": data, "test_data": test_data, "validation_data": validation_data}
        outcome = open_test(run, again=again, parts=own, test_time_flips=test_time_flips, **moved)
        scores = tuple(score for score in outcome.scores if score.part == "test")
        flattering = tuple(remark for remark in outcome.remarks if remark.kind == "met_before")
        for remark in flattering:
            voice.say(remark_line(remark))
        facts |= {"remarks": flattering} if flattering else {}
        gains = gain_lines(outcome.ensemble, "test")
        facts |= {"ensemble": outcome.ensemble} if outcome.ensemble else {}
        facts |= {"task": outcome.task, "openings": outcome.openings, "report": str(run / "report.html")}
    for line in score_lines(scores):
        voice.result(line)
    for line in gains:
        voice.result(line)
    if test:
        voice.say(openings(facts["openings"]))
    return Ending(plain({**facts, **score_facts(scores[0].metric, scores)}))
