"""What wake-sleep adds to a deep belief network of few images: to its model of them, and to the task.

    python -m bench.wake_sleep MNIST [--epochs 20] [--rates 0.01 0.1] [--hidden 500 500 2000] [--repeats 5]

MNIST is the folder of the four idx files. A network of sigmoids starts as a stack of machines that saw 2,000 images
without their labels, with and without wake-sleep after it, and learns their labels by back-propagation at each of three
rates; the rate is chosen on 5,000 other images, by each repeat for itself. Then the same stacks, trained on states of
0 and 1, are held against test images: the lower bound of their log-likelihood, with log Z of the top machine by
annealing. Printed are the tests' errors, and the differences within the repeats with Student's interval.
"""

import argparse
import time
from pathlib import Path

import jax
import numpy as np

from thalweg.activations.sigmoid import Sigmoid
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.lab.deep_sigmoid_runs import Images, Way, load_images, run_way
from thalweg.layers.activation import Activation
from thalweg.layers.dense import Dense
from thalweg.pretrain.boltzmann.annealed import estimate_log_partition, temperatures
from thalweg.pretrain.boltzmann.bound import likelihood_bound
from thalweg.pretrain.boltzmann.contrastive_divergence import ContrastiveDivergence
from thalweg.pretrain.boltzmann.stack import train_belief_network
from thalweg.pretrain.boltzmann.training import BoltzmannTraining
from thalweg.pretrain.boltzmann.untied import UntiedNetwork, states_up, untie
from thalweg.pretrain.boltzmann.wake_sleep import WakeSleep, train_wake_sleep
from thalweg.starts.boltzmann_stack import BoltzmannStack

RATES = (0.1, 0.3, 1.0)  # of back-propagation
ROWS, HELD = 2000, 1000  # images to train on, test images whose likelihood is bounded
STACK = 20  # epochs of each machine
STUDENT = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571}  # 97.5% of Student's t, by the number of repeats


def errors(images: Images, begin: BoltzmannStack, hidden: list[int], repeats: int, seed: int) -> np.ndarray:
    """Return each repeat's share of test images that are wrong."""
    layers = [layer for width in hidden for layer in (Dense(width, GlorotNormal()), Activation(Sigmoid()))]
    way = Way("", (*layers, Dense(images.classes)), begin)
    return 1 - run_way(images, way, rows=ROWS, seed=seed, repeats=repeats, rates=RATES, say=lambda _: None).score


def bounds(images: Images, hidden: list[int], ways: list[WakeSleep], seed: int) -> list[float]:
    """Return the bound of test images by a stack, then by what wake-sleep makes of it in each way."""
    random = np.random.default_rng([seed, 7])
    drawn = (random.random(images.x.shape, np.float32) < images.x).astype(np.float32)
    rows = drawn[np.sort(random.permutation(images.training)[:ROWS])]
    held = drawn[images.training : images.training + HELD]
    usual = BoltzmannTraining(ContrastiveDivergence(), rate=0.1, decay=0.0002, epochs=STACK)
    stack = train_belief_network(rows, hidden, usual, seed=seed)
    networks = untie(stack), *(train_wake_sleep(stack, rows, how, seed=seed) for how in ways)
    return [bound(network, rows, held) for network in networks]


def bound(network: UntiedNetwork, rows: np.ndarray, held: np.ndarray) -> float:
    """Return the mean bound of test images, nats."""
    seen = np.asarray(states_up(network, rows, jax.random.key(0))[-1])
    log_z = estimate_log_partition(network.top, seen, chains=50, betas=temperatures(2000)).log_z
    return likelihood_bound(network, held, log_z)


def margin(differences: np.ndarray) -> str:
    """Return the mean with its interval of 95%."""
    half = STUDENT[len(differences)] * differences.std(ddof=1) / np.sqrt(len(differences))
    return f"{differences.mean():.4f} ({differences.mean() - half:.4f} to {differences.mean() + half:.4f})"


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("mnist", type=Path)
    parser.add_argument("--hidden", type=int, nargs="+", default=[500, 500, 2000])
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--rates", type=float, nargs="+", default=[0.01, 0.1])
    parser.add_argument("--repeats", type=int, default=5, choices=sorted(STUDENT))
    parser.add_argument("--bounds", type=int, default=2, help="seeds of the bound")
    options = parser.parse_args()
    images = load_images(options.mnist, ROWS)
    ways = [WakeSleep(rate=rate, epochs=options.epochs) for rate in options.rates]
    for seed in range(options.bounds):
        print("bounds, nats:", np.round(bounds(images, options.hidden, ways, seed), 2).tolist(), flush=True)
    starts = [BoltzmannStack(STACK)]
    starts += [BoltzmannStack(STACK, generative_epochs=options.epochs, generative_rate=rate) for rate in options.rates]
    stack = None
    for start in starts:
        begun = time.perf_counter()
        found = errors(images, start, options.hidden, options.repeats, 0)
        stack = found if stack is None else stack
        print(start, f"{time.perf_counter() - begun:.0f} s:", found.round(4).tolist(), f"{found.mean():.4f}")
        print("error less by", margin(stack - found), flush=True)


if __name__ == "__main__":
    main()
