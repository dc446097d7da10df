"""`thalweg diagnose`: what the log of another program's run shows."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from thalweg.cli.ending import DONE, FAILED, Ending, plain
from thalweg.cli.voice import ALOUD, Voice


def diagnose(
    log: Annotated[
        Path,
        Parameter(help="A CSV file, a history of Keras or records as JSON, TensorBoard's event files or their folder."),
    ],
    /,
    *,
    voice: Voice = ALOUD,
) -> Ending:
    """Say what the log of a run that another program trained shows; exit code 1 if something is wrong."""
    from thalweg.cli.telling import finding_lines
    from thalweg.diagnosis.finding import GRAVE
    from thalweg.diagnosis.foreign import diagnose_trace
    from thalweg.traces.read import read_trace

    trace = read_trace(log)
    findings, limits = diagnose_trace(trace)
    voice.say(f"{trace.path}: {trace.form}, {len(trace.step):,} rows" + (f", {trace.metric}" if trace.metric else ""))
    for remark in trace.remarks:
        voice.say(remark)
    if trace.unread:
        voice.say(f"not understood: {', '.join(trace.unread)}")
    lines = finding_lines(findings)
    for line in lines or ["Nothing was found that needs attention."]:
        voice.result(line)
    for limit in limits:
        voice.say(limit)
    facts = {"log": trace.path, "form": trace.form, "metric": trace.metric, "rows": len(trace.step)}
    wrong = any(finding.severity in GRAVE for finding in findings)
    facts |= {"findings": findings, "limits": limits, "remarks": trace.remarks, "unread": trace.unread}
    return Ending(plain(facts), FAILED if wrong else DONE)
