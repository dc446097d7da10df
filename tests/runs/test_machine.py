"""What the bits of a run hang on, and what is said where it has changed."""

import json
import os
from types import SimpleNamespace

import jax
import numpy as np
import pytest

from tests.runs.small import copy_of, edit_json
from thalweg.recipe import reproduce
from thalweg.runs.machine import differences, peak_memory, versions

HERE = {"jaxlib": "1", "machine": "x86_64 Linux", "device": "cpu", "deterministic": "no", "cores": "2"}
GPU = {**HERE, "device": "gpu NVIDIA H200"}


def test_the_cpu_is_called_by_its_kind_alone_and_its_cores_are_counted():
    known = versions()
    if jax.default_backend() == "cpu":
        assert known["device"] == "cpu"
    assert known["cores"] == str(len(os.sched_getaffinity(0)))


def test_the_largest_memory_grows_with_what_is_kept():
    before = peak_memory()["process"]
    kept = np.ones(before // 8 + 2**23)  # as much again, and 64 MiB
    assert peak_memory()["process"] >= before + 2**25 and kept[-1] == 1
    assert ("device" in peak_memory()) == (jax.default_backend() != "cpu")


def test_a_gpu_counts_its_own_memory_and_some_systems_count_none(monkeypatch):
    device = SimpleNamespace(memory_stats=lambda: {"peak_bytes_in_use": 12_345, "bytes_in_use": 1})
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    monkeypatch.setattr(jax, "local_devices", lambda: [device])
    monkeypatch.setattr("thalweg.runs.machine.resource", None)
    assert peak_memory() == {"device": 12_345}
    device.memory_stats = lambda: None
    assert peak_memory() == {}


def test_another_device_is_called_by_kind_and_name(monkeypatch):
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    monkeypatch.setattr(jax, "devices", lambda: [SimpleNamespace(device_kind="NVIDIA H200")])
    assert versions()["device"] == "gpu NVIDIA H200"


def test_whether_determinism_was_asked_for_is_known(monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--xla_force_host_platform_device_count=1")
    assert versions()["deterministic"] == "no"
    monkeypatch.setenv("XLA_FLAGS", "--xla_force_host_platform_device_count=1 --xla_gpu_deterministic_ops=true")
    assert versions()["deterministic"] == "yes"


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        (HERE, HERE, ()),
        ({}, HERE, ()),
        (HERE, GPU, ("The run began with device cpu, now it is gpu NVIDIA H200: bits may differ.",)),
        ({**HERE, "cores": "4"}, HERE, ("The run began with cores 4, now it is 2: bits may differ.",)),
        ({**HERE, "deterministic": "yes"}, HERE, ()),
        (
            {**GPU, "deterministic": "yes"},
            GPU,
            ("The run began with --deterministic, now it is otherwise: bits may differ. Add it.",),
        ),
        (
            GPU,
            {**GPU, "deterministic": "yes"},
            ("The run began without --deterministic, now it is otherwise: bits may differ. Leave it out.",),
        ),
    ],
)  # fmt: skip
def test_what_is_another_is_said(then, now, said):
    assert differences(then, now) == said


def test_a_run_tells_its_device_and_a_reproduction_on_another_says_so(finished, tmp_path):
    run = copy_of(finished.run, tmp_path / "runs" / "run")
    record = json.loads((run / "experiment.json").read_text())
    assert {name: record["versions"][name] for name in versions()} == versions()
    edit_json(run / "experiment.json", versions={**record["versions"], "device": "gpu NVIDIA H200"})
    said = []
    found, _ = reproduce(run, say=said.append)
    device = versions()["device"]
    assert said[0] == f"The run began with device gpu NVIDIA H200, now it is {device}: bits may differ."
    assert json.loads((found.run / "experiment.json").read_text())["versions"]["device"] == device
