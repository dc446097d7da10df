"""What the doctor looks at, each part seen to pass and seen to fail."""

import tempfile

import pytest

from thalweg.errors import RunFailed
from thalweg.runs import health
from thalweg.runs.health import named_devices


def test_this_machine_is_fit(tmp_path):
    found = health.examine(tmp_path / "runs")
    names = ["versions", "devices", "memory", "compiler's sums", "folder of runs", "a small training"]
    assert [e.name for e in found] == names
    assert [e.advice for e in found if e.passed] == [""] * sum(e.passed for e in found)
    assert not list(tmp_path.iterdir())


def test_a_device_is_named_once_and_those_alike_together():
    assert named_devices([("cpu", "cpu")]) == "cpu"
    assert named_devices([("gpu", "NVIDIA H200")]) == "NVIDIA H200 (gpu)"
    mixed = [("gpu", "NVIDIA H200"), ("gpu", "NVIDIA H200"), ("gpu", "NVIDIA A100")]
    assert named_devices(mixed) == "2 x NVIDIA H200 (gpu), NVIDIA A100 (gpu)"


@pytest.mark.parametrize(
    ("name", "value", "part", "advice"),
    [
        ("LEAST_MEMORY", 1e9, "memory", "Close other programs"),
        ("LEAST_DISK", 1e12, "folder of runs", "Free some space"),
        ("SLOW_STEP", 0.0, "a small training", "busy"),
        ("WRONG_SUM", -1.0, "compiler's sums", "adds up wrongly"),
    ],
)
def test_a_machine_that_falls_short_is_told_what_to_do(monkeypatch, tmp_path, name, value, part, advice):
    monkeypatch.setattr(health, name, value)
    found = {e.name: e for e in health.examine(tmp_path)}
    assert not found[part].passed
    assert advice in found[part].advice


def test_a_folder_that_may_not_be_written_is_named(monkeypatch, tmp_path):
    def denied(**given):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", denied)
    found = {e.name: e for e in health.examine(tmp_path)}["folder of runs"]
    assert (found.passed, found.found) == (False, f"cannot write in {tmp_path}: Permission denied")
    assert "fit --out" in found.advice


def test_a_compiler_that_cannot_be_cured_is_named(monkeypatch, tmp_path):
    def wrong(backend):
        raise RunFailed("jaxlib computes sums wrongly.")

    monkeypatch.setattr(health, "compiler_options", wrong)
    found = {e.name: e for e in health.examine(tmp_path)}["compiler's sums"]
    assert (found.passed, found.advice) == (False, "jaxlib computes sums wrongly.")
