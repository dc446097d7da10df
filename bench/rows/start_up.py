"""From the shell to the help text."""

import subprocess
import sys

from bench.job import Job

TITLE = "start-up: thalweg --help"


def _command(*words: str) -> Job:
    return Job(lambda: None, lambda _: subprocess.run([sys.executable, *words], check=True, capture_output=True))


def thalweg() -> Job:
    """Return the help text's command."""
    return _command("-m", "thalweg", "--help")


def python() -> Job:
    """Return an interpreter that does nothing."""
    return _command("-c", "")


PEERS = {"Thalweg": thalweg, "an empty Python program": python}
