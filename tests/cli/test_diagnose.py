"""`thalweg diagnose`: logs of other programs."""

import numpy as np
import pytest

EPOCHS = np.arange(1, 31)


def written(path, loss, **columns):
    """A CSV file with a row an epoch."""
    table = {"epoch": EPOCHS, "loss": loss} | columns
    rows = [",".join(str(values[k]) for values in table.values()) for k in range(len(EPOCHS))]
    path.write_text("\n".join([",".join(table), *rows]) + "\n")
    return path


def test_a_healthy_log_ends_well(thalweg, tmp_path):
    falling = 0.2 + 2.1 * np.exp(-0.3 * EPOCHS)
    said = thalweg("diagnose", written(tmp_path / "log.csv", falling, val_loss=falling, batch_id=EPOCHS))
    assert said.exit == 0
    assert "✓ The loss fell as it should. On the training rows it fell from 1.76 to 0.2." in said.out
    assert "CSV, 30 rows" in said.out
    assert "not understood: batch_id" in said.out
    assert "nothing was checked before training, and nothing was tried" in said.out


def test_a_sick_log_ends_with_exit_code_1_and_its_causes(thalweg, tmp_path):
    said = thalweg("diagnose", written(tmp_path / "log.csv", np.where(EPOCHS < 7, 1.0, np.nan)), "--json")
    assert said.exit == 1
    (finding,) = said.facts["findings"]
    assert (finding["symptom"], finding["where"]) == ("diverged", "the training loss, epoch 7")
    assert finding["causes"][0]["name"] == "rate_too_high"
    assert said.facts["form"] == "CSV"
    assert len(said.facts["limits"]) == 5


def test_where_nothing_stands_out_that_is_said(thalweg, tmp_path):
    level = np.random.default_rng(0).normal(0.25, 0.001, 30)  # of a network that was trained before the log began
    said = thalweg("diagnose", written(tmp_path / "log.csv", level))
    assert said.exit == 0
    assert "Nothing was found that needs attention." in said.out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epoch,foo\n1,2\n", "has no column that is named as a loss is"),
        ("epoch,loss\n1,abc\n", "abc"),
        ("", "log.csv"),
    ],
)
def test_what_is_no_log_is_refused_in_a_sentence(thalweg, tmp_path, text, message):
    path = tmp_path / "log.csv"
    path.write_text(text)
    said = thalweg("diagnose", path)
    assert said.exit == 2
    assert message in said.err
    assert "Traceback" not in said.err
    assert thalweg("diagnose", tmp_path / "none.csv").exit == 2
