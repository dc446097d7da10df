"""The gravest goes first."""

from tests.report.example import classes

from thalweg.report.findings import ordered_checks, ordered_findings


def test_findings_go_from_grave_to_good_and_unknown_severities_last():
    sample = classes().findings[0]
    given = tuple(
        sample._replace(severity=s, title=f"{s} {k}")
        for k, s in enumerate(["good", "odd", "note", "error", "warning", "error"])
    )
    assert [f.title for f in ordered_findings(given)] == [
        "error 3",
        "error 5",
        "warning 4",
        "note 2",
        "good 0",
        "odd 1",
    ]


def test_failed_checks_go_before_passed_ones():
    sample = classes().checks[0]
    given = (
        sample._replace(name="fine"),
        sample._replace(name="a warning", passed=False, severity="warning"),
        sample._replace(name="an error", passed=False, severity="error"),
    )
    assert [c.name for c in ordered_checks(given)] == ["an error", "a warning", "fine"]
