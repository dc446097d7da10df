"""How to run it again."""

import shlex
import tomllib

from tests.report.example import HOSTILE, classes, diverged, regression

from thalweg.report.experiment import commands, parameters, provenance, settings, timings


def lines(outcome):
    return [command.line for command in commands(outcome)]


def test_a_run_is_predicted_with_and_reproduced():
    assert lines(classes()) == [
        "thalweg predict digits-1 NEW.csv -o out.csv",
        "thalweg reproduce digits-1",
        "thalweg fit digits --open-test",
    ]


def test_images_are_not_predicted_from_a_table():
    outcome = classes()
    outcome = outcome._replace(data=outcome.data._replace(columns=(("inputs", "image", "32 x 32 x 3 numbers"),)))
    assert lines(outcome)[0] == "thalweg predict digits-1 NEW -o out.csv"


def test_a_sealed_test_part_can_be_opened():
    assert "thalweg evaluate houses-3 --test" in lines(regression())


def test_an_interrupted_run_is_resumed_first():
    assert lines(classes(status="interrupted"))[0] == "thalweg resume digits-1"


def test_a_run_without_a_score_is_not_predicted_with():
    assert lines(diverged()) == ["thalweg reproduce digits-1", "thalweg fit digits --open-test"]


def test_a_hostile_name_is_one_word_to_a_shell():
    name = f"$(rm -rf ~); '{HOSTILE}\n\x1b"
    words = shlex.split(lines(classes(name=name))[0])
    assert words[:2] == ["thalweg", "predict"] and words[2] == f"$(rm -rf ~); '{HOSTILE}" and len(words) == 6


def test_settings_are_toml_that_gives_the_experiment_back():
    outcome = classes()
    assert tomllib.loads(settings(outcome)) == outcome.experiment


def test_compiling_stands_apart():  # of 9.4 s in all
    assert dict(timings(classes())) == {
        "training": "7.3 s",
        "compiling, once": "2.1 s",
        "speed": "184,000 examples a second",
    }
    kept = classes(memory={"parameters": 1_500_000, "gradients": 500_000})
    used = kept._replace(peak_memory={"process": 482_000_000, "device": 3_000_000_000, "another": 1})
    assert dict(timings(used)[3:]) == {
        "memory that training keeps, as counted": "2 MB",
        "largest memory of the process": "482 MB",
        "largest memory on the device": "3 GB",
    }


def test_seeds_versions_and_data_are_named():
    named = dict(provenance(classes()))
    assert named["split seed"] == "0" and named["jaxlib"] == "0.10.2" and named["data fingerprint"] == "8a1f" * 16
    assert parameters(classes()) == "9,610"
