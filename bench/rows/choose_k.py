"""How many neighbours to ask: five folds of all 50,000 training images of CIFAR-10, one value of k and ten.

CIFAR=FOLDER names the folder of the binary version. Each line is a process of its own, which compiles too.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

TITLE = "five folds of 50,000 CIFAR-10 images, 3,072 numbers each, L2: one k and ten"
ASKED = ((5,), (100,), (1, 3, 5, 7, 10, 12, 15, 20, 50, 100))
FOLDS = 5


def table() -> str:
    """Return the table."""
    lines = [f"## {TITLE}", "", "| k | s | GB | accuracy of each |", "|---|---|---|---|"]
    for ks in ASKED:
        command = [sys.executable, "-m", "bench.rows.choose_k", *map(str, ks)]
        found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
        said = ", ".join(f"{accuracy:.2%}" for accuracy in found["accuracies"])
        lines.append(f"| {', '.join(map(str, ks))} | {found['seconds']:.1f} | {found['gigabytes']:.2f} | {said} |")
    return "\n".join(lines) + "\n"


def main(ks: list[int]) -> None:
    """Cross-validate in this process, and print what it took."""
    from thalweg.classic.nearest.choose_k import choose_k
    from thalweg.data.cifar import read_cifar

    source = read_cifar(Path(os.environ["CIFAR"]))
    x = np.asarray(source.inputs).reshape(len(source.targets), -1).astype(np.float32)
    fold = np.random.default_rng(0).permutation(np.arange(len(x)) % FOLDS)
    begin = time.perf_counter()
    found = choose_k(x, source.targets, fold, ks)
    seconds = time.perf_counter() - begin
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({"seconds": seconds, "gigabytes": gigabytes, "accuracies": found.means.tolist()}))


if __name__ == "__main__":
    main([int(k) for k in sys.argv[1:]])
