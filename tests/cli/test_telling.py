"""What a run came to, in lines for a terminal."""

from thalweg.cli.telling import finding_lines, repair_line
from thalweg.diagnosis.finding import Attempt, Finding
from thalweg.diagnosis.repair import Repair

FINDING = Finding(
    symptom="overfitting",
    severity="warning",
    title="Overfitting",
    evidence="The validation loss rose",
    why="It matters.",
    cause="few rows",
    remedy="Strengthen the penalty",
    setting="--set penalty.strength=0.01",
)


def test_a_setting_stands_in_a_sentence_that_says_what_it_is_for():
    (line,) = finding_lines((FINDING,))
    assert line == (
        "! Overfitting. The validation loss rose. Likely cause: few rows. Strengthen the penalty. "
        "To try it, run fit again with --set penalty.strength=0.01"
    )


def test_without_a_setting_there_is_nothing_to_run():
    (line,) = finding_lines((FINDING._replace(setting=""),))
    assert line.endswith("Strengthen the penalty.")


def test_good_news_asks_for_nothing():
    (line,) = finding_lines((FINDING._replace(severity="good"),))
    assert line == "✓ Overfitting. The validation loss rose."


def test_what_was_tried_is_told_by_what_helped_most():
    helped = Attempt("overfitting", "a stronger penalty", 90, (0.5,), (0.9,), 1.0, 0.9, True, "a stronger penalty: 90%")
    (line,) = finding_lines((FINDING._replace(attempts=(helped,)),))
    assert "Likely cause: few rows. Tried: a stronger penalty: 90%. Strengthen the penalty." in line
    (line,) = finding_lines((FINDING._replace(attempts=(helped._replace(helped=False),)),))
    assert "None of the changes tried did better." in line


def test_a_repair_is_told_with_what_was_seen_and_what_was_tried():
    changed = (
        "rate / 10",
        "the rate is too high",
        ("update.rate=0.1",),
        ("rate / 10: 90%", "no dropout"),
    )
    repair = Repair("diverged", "The loss rose", "From 1 to 9.", 6.0, *changed, 2.0, {})
    assert repair_line(repair) == (
        "↻ At epoch 6: The loss rose. From 1 to 9. Repaired: rate / 10: 90%. Training went on from epoch 2 with "
        "--set update.rate=0.1."
    )
