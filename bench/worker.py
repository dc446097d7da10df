"""One peer in a process of its own: it waits, runs when asked, and says how long it took.

python -m bench.worker ROW PEER
"""

import importlib
import sys
import time


def main(row: str, peer: str) -> None:
    """Serve timed runs: a line in, a line of seconds out."""
    job = importlib.import_module(f"bench.rows.{row}").PEERS[peer]()
    job.train(job.prepare())  # warm: the first run compiles
    print("ready", flush=True)
    for _ in sys.stdin:
        prepared = job.prepare()
        begin = time.perf_counter()
        job.train(prepared)
        print(time.perf_counter() - begin, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
