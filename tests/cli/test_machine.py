"""What a computation may use: cores, device, deterministic operations."""

import os

import pytest

from thalweg.cli.machine import Machine
from thalweg.errors import InputError
from thalweg.runs.machine import versions


@pytest.fixture
def cores():
    """The cores of this process, given back afterwards."""
    before = os.sched_getaffinity(0)
    yield sorted(before)
    os.sched_setaffinity(0, before)


def test_threads_are_the_cores_the_process_keeps(cores):
    Machine(threads=1).prepare()
    assert os.sched_getaffinity(0) == {cores[0]}


@pytest.mark.parametrize("threads", [0, -1, 1_000_000])
def test_cores_that_are_not_there_are_refused(cores, threads):
    with pytest.raises(InputError, match=f"--threads must be from 1 to {len(cores)}, .* got {threads}"):
        Machine(threads=threads).prepare()


def test_threads_elsewhere_than_on_linux_are_refused(monkeypatch):
    monkeypatch.delattr(os, "sched_setaffinity")
    with pytest.raises(InputError, match="--threads works on Linux only"):
        Machine(threads=1).prepare()


def test_deterministic_is_added_to_the_users_own_flags_once(monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--xla_force_host_platform_device_count=1")
    Machine(deterministic=True).prepare()
    Machine(deterministic=True).prepare()
    flags = "--xla_force_host_platform_device_count=1 --xla_gpu_deterministic_ops=true"
    assert os.environ["XLA_FLAGS"] == flags
    assert versions()["deterministic"] == "yes"  # so a run's record tells of it


def test_nothing_asked_changes_nothing(monkeypatch, cores):
    monkeypatch.delenv("XLA_FLAGS", raising=False)
    Machine().prepare()
    assert "XLA_FLAGS" not in os.environ
    assert sorted(os.sched_getaffinity(0)) == cores


def test_the_cpu_is_everywhere_and_a_gpu_is_not(monkeypatch):
    import jax

    def none(platform):
        raise RuntimeError(f"Unknown backend: {platform}")

    before = jax.config.values["jax_platforms"]
    try:
        Machine(device="cpu").prepare()
        assert jax.config.values["jax_platforms"] == "cpu"
    finally:
        jax.config.update("jax_platforms", before)
    monkeypatch.setattr(jax, "devices", none)
    with pytest.raises(InputError, match="--device gpu: JAX finds no GPU here"):
        Machine(device="gpu").prepare()
