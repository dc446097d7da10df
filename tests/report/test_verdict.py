"""The sentence at the top."""

import math

import pytest
from tests.report.example import classes, diverged, regression

from thalweg.classic.baseline import Baseline
from thalweg.report.verdict import headline, openings, verdict
from thalweg.runs.outcome import Score

VALIDATION = Score("accuracy", 0.90, 0.87, 0.93, "validation", 400)


def validated(*baselines, **changes):
    return classes(scores=(VALIDATION,), baselines=baselines, **changes)


def test_a_test_score_goes_first_and_simple_models_are_compared_on_their_own_rows():
    assert verdict(classes()).sentence == (
        "Accuracy 97.8% (95% interval 95.9% to 98.9%) on 360 test rows; "
        "on the validation rows 3.5 points better than the best simple model (linear)."
    )
    assert verdict(classes()).models[0].score == "97.2%"  # on the validation part, as theirs are


def test_simple_models_are_held_against_the_same_metric():
    other = Score("cross_entropy", 0.2, 0.1, 0.3, "validation", 400)
    test = Score("accuracy", 0.95, 0.9, 0.99, "test", 100)
    made = verdict(classes(scores=(other, VALIDATION, test), baselines=(Baseline("linear", 0.8, 9, 0.1),)))
    assert made.sentence.endswith("; on the validation rows 10.0 points better than the best simple model (linear).")


def test_a_validation_score_is_said_to_be_one():
    made = verdict(regression())
    assert made.sentence == (
        "R² 0.812 (95% interval 0.799 to 0.824) on 4,128 validation rows: "
        "0.17 better than the best simple model (linear)."
    )
    assert any("flatters" in detail for detail in made.details)


def test_a_network_worse_than_a_simple_model_is_told_so():
    made = verdict(validated(Baseline("linear", 0.95, 100, 1.0)))
    assert made.sentence.endswith("on 400 validation rows: 5.0 points worse than the best simple model (linear).")
    assert made.tone == "warning"


def test_a_simple_model_inside_the_interval_casts_doubt():
    made = verdict(validated(Baseline("linear", 0.88, 100, 1.0)))
    assert made.sentence.endswith(
        "2.0 points better than the best simple model (linear), which chance alone could explain."
    )


def test_a_name_with_parentheses_is_cut_before_them():
    made = verdict(validated(Baseline("k nearest neighbours (k = 5)", 0.5, 100, 1.0)))
    assert made.sentence.endswith("than the best simple model (k nearest neighbours).")
    assert made.models[1].name == "k nearest neighbours (k = 5)"


def test_an_equal_model_is_no_gain():
    made = verdict(validated(Baseline("linear", 0.90, 100, 1.0)))
    assert made.sentence.endswith(": no better than the best simple model (linear).")
    assert made.models[1].difference == "equal" and made.tone == "warning"


def test_of_errors_the_smaller_is_better():
    score = Score("rmse", 2.0, 1.9, 2.1, "validation", 50)
    made = verdict(
        regression(
            metric="rmse", scores=(score,), baselines=(Baseline("mean", 5.0, 9, 0.1), Baseline("linear", 3.0, 9, 0.1))
        )
    )
    assert made.sentence.endswith("1 better than the best simple model (linear).")
    assert [row.bar for row in made.models] == pytest.approx([0.4, 1.0, 0.6]) and made.better == "less is better"


def test_how_many_of_the_rows_a_model_was_fitted_on_is_said_once():
    some = Baseline("linear", 0.8, 50, 2.0, "scored on 9 of 20 rows", 1150)
    made = verdict(validated(some, Baseline("majority", 0.5, 1150, 2.0, "", 1150), Baseline("old", 0.5, 9, 2.0)))
    assert [row.fitted for row in made.models[1:]] == [
        "fitted on 50 of 1,150 rows in 2.0 s, scored on 9 of 20 rows",
        "fitted on 1,150 rows in 2.0 s",
        "fitted on 9 rows in 2.0 s",
    ]


def test_a_model_that_could_not_be_fitted_is_listed_with_its_reason():
    made = verdict(
        validated(
            Baseline("linear", math.nan, 0, 0.0, "left out: no validation rows"), Baseline("majority", 0.5, 9, 0.1)
        )
    )
    assert "(majority)" in made.sentence
    assert made.models[1].score == "not available" and made.models[1].fitted == "left out: no validation rows"
    assert made.models[1].difference == ""


def test_without_simple_models_nothing_is_compared():
    made = verdict(validated())
    assert made.sentence == "Accuracy 90.0% (95% interval 87.0% to 93.0%) on 400 validation rows."
    assert made.models == () and made.tone == "good"


def test_a_run_without_a_score_says_why():
    made = verdict(diverged())
    assert made.sentence.startswith("No score, for training diverged: the loss was not a number at step 8")
    assert made.tone == "error" and headline(diverged()) is None


def test_a_diverged_run_with_a_score_says_whose_it_is():
    made = verdict(validated(status="diverged"))
    assert "The score is that of the best weights from before." in made.details and made.tone == "error"


def test_a_score_that_is_no_number_is_no_score():
    assert headline(classes(scores=(VALIDATION._replace(value=math.nan),))) is None


def test_an_interval_without_width_is_not_shown():
    # All of the rows are right, and so are all samples of them: that does not make it certain.
    score = VALIDATION._replace(value=1.0, low=1.0, high=1.0)
    assert verdict(classes(scores=(score,), baselines=())).sentence == "Accuracy 100% on 400 validation rows."


def test_an_interval_that_is_unknown_is_not_shown():
    score = VALIDATION._replace(low=math.nan)
    assert verdict(classes(scores=(score,), baselines=())).sentence == "Accuracy 90.0% on 400 validation rows."


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (0, "The sealed test part has never been opened, by any run on these data."),
        (1, "The sealed test part has been opened once over all runs on these data."),
        (2, "The sealed test part has been opened twice over all runs on these data."),
        (7, "The sealed test part has been opened 7 times over all runs on these data."),
    ],
)
def test_the_openings_of_the_test_part_are_counted(times, said):
    assert openings(times) == said
    assert said in verdict(classes(openings=times)).details


def test_many_openings_are_warned_of():
    assert any("becomes a validation score" in detail for detail in verdict(classes(openings=2)).details)
    assert not any("becomes a validation score" in detail for detail in verdict(classes(openings=1)).details)
