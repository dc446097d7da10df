"""The results as Markdown."""

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.faults.healthy import Healthy
from tests.faults.setups import Fault

from bench.diagnosis.jobs import Chosen, seeds_of
from bench.diagnosis.outcomes import Outcome
from bench.diagnosis.remedies import remedied_score
from bench.diagnosis.tallies import closed, gap, sign_test
from bench.diagnosis.verdicts import counted, is_healthy, is_sound, outcomes
from thalweg.diagnosis.false_alarms import wilson

CLOSED = 0.9  # of the gap to the twin
FIRST = 3
Group = Sequence[Outcome]  # one setup's outcomes, a seed each


def table(folder: Path, chosen: Chosen) -> str:
    """Return all results of the runs that are on disk and diagnosed."""
    seeds = range(chosen.diagnosed)
    faults = counted(folder, chosen)
    found = {fault: outcomes(folder, fault.faulty, seeds) for fault in faults}
    ordinary = _healthy(folder, chosen.healthy, chosen)
    odd = _healthy(folder, chosen.odd, chosen)
    twins = _twins(folder, chosen, {one.setup.digest for one in (*ordinary, *odd)})
    sound = [*ordinary.values(), *twins.values(), *odd.values()]
    lines = [
        "| measure | of runs | share | 95% interval |",
        "|---|---|---|---|",
        _line("faulty runs detected", found.values(), lambda o: bool(o.grave)),
        _line("faulty runs of which a check before training failed", found.values(), lambda o: bool(o.failed)),
        _named("right cause first, or one whose remedy is as good", found, 1),
        _named("right cause first, no other accepted", {_strict(fault): group for fault, group in found.items()}, 1),
        _named(f"right cause, or one as good, among the first {FIRST}", found, FIRST),
        _remedies(folder, found, seeds),
        _line("healthy runs flagged: ordinary", ordinary.values(), lambda o: bool(o.grave)),
        _line("healthy runs flagged: twins", twins.values(), lambda o: bool(o.grave)),
        _line("healthy runs flagged: those that look ill", odd.values(), lambda o: bool(o.grave)),
        _line("healthy runs, all kinds, of which a check failed", sound, lambda o: bool(o.failed)),
        _line("healthy runs, all kinds, told of something while they went on", sound, lambda o: bool(o.during)),
    ]  # fmt: skip
    since = [outcome.since for group in found.values() for outcome in group if outcome.grave]
    half = f"{statistics.median(since):.0%}" if since else "-"
    lines += [f"| share of the budget at detection, median | {len(since)} | {half} | |", ""]
    lines += [
        f"Faults that show: {len(faults)} of {len(chosen.faults)}; by the validation score of the best weights, "
        f"{chosen.seeds} seeds each ({chosen.diagnosed} of them diagnosed), all of which but for luck of one in twenty "
        "must be worse than the sound twin's (one-sided sign test), and by 0.02 on average. Each setup counts once, by "
        "the share of its seeds; intervals are as if these were one run. A cause counts only where the run was "
        "detected.",
        "",
    ]
    lines += _by_symptom("at the end", sound, lambda outcome: {finding.symptom for finding in outcome.grave})
    lines += _by_symptom("while they went on", sound, lambda outcome: {symptom for symptom, _ in outcome.during})
    lines += _flagged("Healthy runs that look ill and were flagged", odd)
    lines += _flagged("Ordinary healthy runs that were flagged", ordinary)
    lines += _flagged("Twins that were flagged", twins)
    lines += _by_cause(found)
    lines += _missed(found)
    lines += _left_out(folder, chosen, faults)
    return "\n".join(lines) + "\n"


def _line(what: str, groups: Iterable[Group], hit) -> str:
    shares = [statistics.mean(map(hit, group)) for group in groups if group]
    runs = sum(len(group) for group in groups)
    return _row(what, runs, sum(shares), len(shares))


def _row(what: str, runs: int, hits: float, trials: int) -> str:
    low, high = wilson(float(hits), float(trials))
    share = f"{hits / trials:.1%}" if trials else "-"
    return f"| {what} | {runs} | {share} | {low:.1%} - {high:.1%} |"


def _named(what: str, found: dict[Fault, list[Outcome]], first: int) -> str:
    shares = [statistics.mean(_right(fault, o, first) for o in group) for fault, group in found.items()]
    return _row(what, sum(map(len, found.values())), sum(shares), len(shares))


def _strict(fault: Fault) -> Fault:
    return fault._replace(causes=fault.causes[:1])


def _right(fault: Fault, outcome: Outcome, first: int) -> bool:
    return any(cause in fault.causes for cause in outcome.causes[:first])


def _remedies(folder: Path, found: dict[Fault, list[Outcome]], seeds: range) -> str:
    ends = [
        _closes(folder, fault, group, [o.score for o in outcomes(folder, fault.twin, seeds)])
        for fault, group in found.items()
        if fault.mendable
    ]
    return _row(
        f"first remedy closes {CLOSED:.0%} of the gap to the twin", len(ends) * len(seeds), sum(ends), len(ends)
    )


def _closes(folder: Path, fault: Fault, group: list[Outcome], twin: list[float]) -> bool:
    mended = [remedied_score(folder, fault.faulty, seed, outcome) for seed, outcome in enumerate(group)]
    return closed([outcome.score for outcome in group], twin, mended) >= CLOSED


def _healthy(folder: Path, runs: Iterable[Healthy], chosen: Chosen) -> dict[Healthy, list[Outcome]]:
    sound = [one for one in runs if is_healthy(folder, one, chosen.seeds)]
    return {one: outcomes(folder, one.setup, tuple(seeds_of(one, chosen.diagnosed))) for one in sound}


def _twins(folder: Path, chosen: Chosen, others: set[str]) -> dict[Fault, list[Outcome]]:
    """Return the sound twins of all faults, whether or not those show: each once, and none counted elsewhere."""
    once = {fault.twin.digest: fault for fault in chosen.faults if fault.twin.digest not in others}
    found = {fault: outcomes(folder, fault.twin, range(chosen.diagnosed)) for fault in once.values()}
    seeds = range(chosen.seeds)
    return {fault: group for fault, group in found.items() if group and is_sound(folder, fault.twin, seeds)}


def _by_symptom(when: str, groups: Sequence[Group], symptoms: Callable[[Outcome], set[str]]) -> list[str]:
    """Count runs: `thalweg.diagnosis.false_alarms` holds these numbers."""
    runs = [outcome for group in groups for outcome in group]
    told = Counter(symptom for outcome in runs for symptom in symptoms(outcome))
    lines = [f"| symptom told of {len(runs)} healthy runs {when} | runs | share | 95% interval |", "|---|---|---|---|"]
    for symptom, hits in told.most_common():
        low, high = wilson(float(hits), float(len(runs)))
        lines.append(f"| {symptom} | {hits} | {hits / len(runs):.1%} | {low:.1%} - {high:.1%} |")
    return [*lines, ""]


def _flagged(what: str, groups) -> list[str]:
    lines = []
    for one, group in groups.items():
        said = Counter(finding.symptom for outcome in group for finding in outcome.grave)
        if said:
            lines.append(f"- {one.name}: {_counts(said)} of {len(group)}")
    return [f"{what}: {len(lines)}", "", *lines, ""]


def _by_cause(found: dict[Fault, list[Outcome]]) -> list[str]:
    lines = ["| true cause | setups | detected | first | among three |", "|---|---|---|---|---|"]
    for cause in dict.fromkeys(fault.causes[0] for fault in found):
        groups = {fault: group for fault, group in found.items() if fault.causes[0] == cause}
        told = [statistics.mean(bool(o.grave) for o in group) for group in groups.values()]
        named = [
            statistics.mean(_right(fault, o, first) for fault, group in groups.items() for o in group)
            for first in (1, FIRST)
        ]
        lines.append(f"| {cause} | {len(groups)} | {statistics.mean(told):.0%} | {named[0]:.0%} | {named[1]:.0%} |")
    return [*lines, ""]


def _missed(found: dict[Fault, list[Outcome]]) -> list[str]:
    lines = ["| missed, or its cause not among the first three | true cause | what was said | checks that failed |"]
    lines.append("|---|---|---|---|")
    for fault, group in found.items():
        bad = [outcome for outcome in group if not _right(fault, outcome, FIRST)]
        if bad:
            said = Counter(f.symptom for outcome in bad for f in (outcome.grave or outcome.found)[:1])
            failed = Counter(name for outcome in bad for name in outcome.failed)
            share = f"{fault.name} ({len(bad)} of {len(group)})"
            lines.append(f"| {share} | {fault.causes[0]} | {_counts(said)} | {_counts(failed)} |")
    return [*lines, ""]


def _left_out(folder: Path, chosen: Chosen, faults: Sequence[Fault]) -> list[str]:
    lines = []
    for fault in chosen.faults:
        if fault in faults:
            continue
        groups = [outcomes(folder, setup, range(chosen.seeds)) for setup in (fault.faulty, fault.twin)]
        if not all(groups):
            lines.append(f"- {fault.name}: not trained")
            continue
        faulty, twin = ([outcome.score for outcome in group] for group in groups)
        lines.append(
            f"- {fault.name}: {statistics.fmean(faulty):.3f} against {statistics.fmean(twin):.3f}, "
            f"gap {gap(faulty, twin):.3f}, p = {sign_test(faulty, twin):.2g}"
            + ("" if is_sound(folder, fault.twin, range(chosen.seeds)) else "; the twin is ill")
        )
    healthy = [f"- {one.name}" for one in (*chosen.odd, *chosen.healthy) if not is_healthy(folder, one, chosen.seeds)]
    return [
        f"Not really worse than the twin, and not counted: {len(lines)}", "", *lines, "",
        f"Worse than the task's usual run, or not trained, and so not counted as healthy: {len(healthy)}", "", *healthy,
    ]  # fmt: skip


def _counts(said: Counter) -> str:
    return ", ".join(f"{name} {count}" for name, count in said.most_common()) or "nothing"
