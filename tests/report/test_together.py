"""What is said and drawn of ensembles and of cross-validation."""

import math

import pytest

from thalweg.report.ensemble import ensemble_lines, ensemble_view
from thalweg.report.figures.together import ensemble_figures, folds_figures
from thalweg.report.folds import folds_lines, folds_view
from thalweg.runs.ensemble.summary import EnsembleSummary, Gain, MemberRow, PartGain
from thalweg.runs.folds_summary import FoldRow, FoldsSummary

GAIN = Gain("accuracy", 0.02, 0.01, 0.03, 0.92, 0.90, 100, 1)
ENSEMBLE = EnsembleSummary(
    of="seeds",
    average="probabilities",
    metric="accuracy",
    members=(MemberRow(4, -1, 0.88), MemberRow(5, -1, 0.9)),
    best=1,
    score=0.92,
    gains=(PartGain("validation", GAIN),),
    temperature=1.25,
    error_before=0.04,
    error_after=0.02,
    remarks=("seed 6 gave no member: its loss rose",),
)
FOLDS = FoldsSummary(
    "accuracy",
    (FoldRow(80, 20, 0.9, 3.0, "all epochs were trained", False), FoldRow(80, 20, 0.8, 5.0, "patience", False)),
    0.85,
    0.0707,
    4.0,
)


def test_an_ensemble_is_told_with_its_gain_and_its_calibration():
    assert ensemble_lines(ENSEMBLE) == [
        "2 networks predict together, by the mean of their probabilities: validation accuracy 92.0%.",
        "On the validation part that is 2.0 points better than seed 5, its best member there (95% interval of the gain "
        "1 point to 3.0 points). Chosen by these rows, that member looks better on them than it is.",
        "Its probabilities are brought to the temperature 1.25, fitted on the validation part: their calibration error "
        "is 2.0% there, and was 4.0%.",
        "Seed 6 gave no member: its loss rose.",
    ]


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (
            GAIN,
            "On the test part that is 2.0 points better than seed 5, the member that is best on the",
        ),
        (GAIN._replace(value=-0.02, low=-0.03, high=0.01), "2.0 points worse than seed 5"),
        (GAIN._replace(low=-0.01), "so that chance alone could explain it."),
        (GAIN._replace(value=0.0, low=0.0, high=0.0), "that is no better than seed 5, the member that is best on the"),
    ],
)
def test_the_test_part_is_told_without_flattery(gain, said):
    line = ensemble_lines(ENSEMBLE._replace(gains=(PartGain("test", gain),)))[1]
    assert said in line and "Chosen by these rows" not in line


def test_one_that_is_left_alone_is_told_so():
    alone = ENSEMBLE._replace(members=ENSEMBLE.members[:1], best=0)
    assert ensemble_lines(alone) == [
        "No further network came to its end, so that the run's own predicts alone.",
        "Seed 6 gave no member: its loss rose.",
    ]


def test_values_have_no_temperature_and_trials_are_called_by_their_numbers():
    rows = (MemberRow(0, 7, 0.5), MemberRow(0, 3, 0.6))
    gain = PartGain("validation", GAIN._replace(metric="r2"))
    values = ENSEMBLE._replace(metric="r2", members=rows, gains=(gain,), error_before=math.nan, error_after=math.nan)
    lines = ensemble_lines(values)
    assert "by the mean of what they predict" in lines[0] and "trial 3, its best member there" in lines[1]
    assert not any("temperature" in line for line in lines)
    assert "left as they are" in ensemble_lines(ENSEMBLE._replace(temperature=1.0))[2]
    assert "by the mean of their scores" in ensemble_lines(ENSEMBLE._replace(average="scores"))[0]


def test_the_table_and_the_picture_of_an_ensemble_have_each_member():
    view = ensemble_view(ENSEMBLE)
    assert view.members == (("seed 4", "88.0%", False), ("seed 5", "90.0%", True)) and view.score == "92.0%"
    (figure,) = ensemble_figures(ENSEMBLE)
    assert figure.data[0]["x"] == [0.88, 0.9] and figure.data[1]["x"] == [0.92, 0.92]
    assert "88.0% to 90.0%" in figure.summary and "together 92.0%" in figure.summary


def test_folds_are_told_with_mean_spread_and_epoch():
    first, second = folds_lines(FOLDS)
    assert first == (
        "Over 2 folds accuracy is 85.0% on average, with a standard deviation of 7.1 points from fold to fold (80.0% "
        "to 90.0%)."
    )
    assert second.startswith("The best epoch is 4 in the median")
    view = folds_view(FOLDS)
    assert view.folds[1] == ("fold 2", "80 and 20", "80.0%", "5", "patience")
    (figure,) = folds_figures(FOLDS)
    assert figure.data[0]["x"] == [0.9, 0.8] and figure.data[1]["x"] == [0.85, 0.85]


def test_a_fold_that_failed_leaves_no_mean():
    lost = FoldRow(80, 20, math.nan, math.nan, "its loss rose", True)
    folds = FOLDS._replace(folds=(FOLDS.folds[0], lost), mean=math.nan, deviation=math.nan)
    assert folds_lines(folds) == ["In 1 of 2 folds the run failed (its loss rose), so that there is no mean accuracy."]
    (figure,) = folds_figures(folds)
    assert figure.data[0]["x"] == [0.9, None] and len(figure.data) == 1
    assert folds_figures(folds._replace(folds=(lost,))) == ()
