"""Run directories that are none, or damaged, or at odds with the data; rows that cannot be predicted or scored."""

import json
import shutil

from tests.cli.bad_making import Bad, all_of, folders, holds, nothing

# Where every case finds itself: iris.csv, new.csv, and "run", copied from where it was trained on the first of them.
_DATA = " --data iris.csv"
_VERBS = {
    "predict": "predict run new.csv -o out.csv",
    "evaluate": "evaluate run" + _DATA,
    "test": "evaluate run --test" + _DATA,
    "resume": "resume run" + _DATA,
    "reproduce": "reproduce run --out again" + _DATA,
    "report": "report run",
    "summary": "summary run",
    "delete": "runs delete run --yes",
}


def gone(name):
    """Return what removes a file or folder of the run."""

    def make(folder):
        path = folder / "run" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return make


def cut(pattern, share=0.6):
    """Return what cuts a file of the run short."""

    def make(folder):
        (path,) = (folder / "run").glob(pattern)
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    return make


def flipped(pattern):
    """Return what changes one bit in the middle of a file of the run."""

    def make(folder):
        (path,) = (folder / "run").glob(pattern)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 4
        path.write_bytes(content)

    return make


def replaced(name, content):
    """Return what puts other content into a file of the run; a folder in its place for None."""

    def make(folder):
        gone(name)(folder)
        if content is None:
            (folder / "run" / name).mkdir()
        else:
            (folder / "run" / name).write_bytes(content.encode() if isinstance(content, str) else content)

    return make


def changed(name, **entries):
    """Return what changes entries of a JSON file of the run."""

    def make(folder):
        path = folder / "run" / name
        path.write_text(json.dumps(json.loads(path.read_text()) | entries))

    return make


def unfinished(folder):
    """Take away what a run writes at its end."""
    for name in ("result.json", "findings.json", "model.safetensors", "report.html", "history.parquet"):
        gone(name)(folder)


_NO_RUN = "is not a run directory: it has no experiment.json. ... `thalweg runs list` shows the runs"
NONE = [
    Bad(
        f"{verb}: {name}",
        line.replace("run ", f"{place} ") if verb == "delete" else line.replace(" run", f" {place}", 1),
        f"{place} {_NO_RUN}",
        make,
    )
    for name, place, make in (
        ("no such run", "walk", nothing),
        ("an empty folder", "box", folders("box")),
        ("a file", "iris.csv", nothing),
        ("a folder with another's data", "flowers", holds("flowers/iris.csv", "a,b")),
    )
    for verb, line in _VERBS.items()
]

_RESTORE = " ... Restore the file, or make the run again"
_OR_RESTORE = " ... Or restore the file, or make the run again"
_CHECKSUM = " is damaged or was not written by Thalweg: its checksum does not hold. ... Use another copy of it"
_RECORD, _MODEL, _SPLIT = "run/experiment.json", "run/model.safetensors", "run/split.safetensors"
_LEDGER = "test-openings.json is damaged: it should list the openings ... Move it away to count anew"
_WHOLE = "no checkpoint in run/checkpoint is whole. Make the run again"
_ENDED = "run was not brought to its end. Go on with it: thalweg resume run"
_ALL, _TRAINED, _TOLD = (
    tuple(_VERBS),
    ("predict", "evaluate", "test", "reproduce"),
    ("test", "report", "summary"),
)
DAMAGED = [
    Bad(f"{verb}: {name}", _VERBS[verb], said, make)
    for name, make, said, verbs in (
        (
            "record of another program",
            replaced("experiment.json", '{"name": "mine"}'),
            f"{_RECORD} is not of format 1 ... Make the run again",
            _ALL,
        ),
        (
            "record of another format",
            changed("experiment.json", format=99),
            f"{_RECORD} is not of format 1 ... Make the run again",
            _ALL,
        ),
        ("record cut short", cut("experiment.json"), f"{_RECORD} is not JSON:{_OR_RESTORE}", _ALL),
        (
            "record deep",
            replaced("experiment.json", "[" * 100_000),
            f"{_RECORD}: tables and lists are nested too deep{_OR_RESTORE}",
            _ALL,
        ),
        ("record of zero bytes", replaced("experiment.json", bytes(99)), f"{_RECORD} is not JSON{_OR_RESTORE}", _ALL),
        ("record of junk", replaced("experiment.json", bytes(range(256))), f"{_RECORD} is not text{_RESTORE}", _ALL),
        (
            "record with a wrong entry",
            changed("experiment.json", seed="x"),
            f"{_RECORD}: seed must be a whole number; got 'x'{_RESTORE}",
            _ALL,
        ),
        (
            "record of another seed",
            changed("experiment.json", seed=7),
            " is of another run ... ake the run again",
            ("predict", "test", "resume", "report"),
        ),
        ("model gone", gone("model.safetensors"), f"{_MODEL} is missing{_RESTORE}", (*_TRAINED, "resume")),
        ("model cut short", cut("model.safetensors"), _MODEL + _CHECKSUM, (*_TRAINED, "resume")),
        ("model with a changed bit", flipped("model.safetensors"), _MODEL + _CHECKSUM, _TRAINED),
        ("model empty", replaced("model.safetensors", ""), _MODEL + _CHECKSUM, ("predict",)),
        (
            "model with a huge header",
            replaced("model.safetensors", b"\xff" * 7 + b"\x7f{}"),
            _MODEL + _CHECKSUM,
            ("predict",),
        ),
        (
            "model is a pickle",
            replaced("model.safetensors", b"\x80\x04\x95\0\0\0\0\0\0\0\0."),
            _MODEL + _CHECKSUM,
            ("predict",),
        ),
        (
            "model is a folder",
            replaced("model.safetensors", None),
            f"cannot read {_MODEL}: it is a folder ... Name a file",
            _TRAINED,
        ),
        (
            "split gone",
            gone("split.safetensors"),
            f"cannot read {_SPLIT}: No such file ... Check its name",
            ("test", "reproduce"),
        ),
        ("split cut short", cut("split.safetensors"), _SPLIT + _CHECKSUM, ("test", "reproduce")),
        ("split with a changed bit", flipped("split.safetensors"), _SPLIT + _CHECKSUM, ("test", "reproduce")),
        ("checkpoint cut short", cut("checkpoint/*.safetensors"), _WHOLE, (*_TOLD, "resume")),
        ("checkpoint with a changed bit", flipped("checkpoint/*.safetensors"), _WHOLE, ("resume", "report")),
        ("result gone", gone("result.json"), _ENDED, _TOLD),
        (
            "result cut short",
            cut("result.json"),
            f"run/result.json is not JSON:{_OR_RESTORE}",
            (*_TOLD, "resume"),
        ),
        (
            "result with wrong entries",
            changed("result.json", scores=5),
            f"run/result.json: scores must be a list; got 5{_RESTORE}",
            (*_TOLD, "resume"),
        ),
        (
            "result with a wrong score",
            changed("result.json", scores=[{"metric": 5}]),
            f"run/result.json: scores.0: metric must be text; got 5{_RESTORE}",
            _TOLD,
        ),
        (
            "result without data",
            changed("result.json", data=None),
            f"run/result.json: data must be a table; got None{_RESTORE}",
            _TOLD,
        ),
        (
            "findings gone",
            gone("findings.json"),
            "cannot read run/findings.json: No such file ... Check its name",
            (*_TOLD, "resume"),
        ),
        (
            "findings cut short",
            cut("findings.json"),
            f"run/findings.json is not JSON:{_OR_RESTORE}",
            (*_TOLD, "resume"),
        ),
        (
            "findings with wrong entries",
            changed("findings.json", findings=["x"]),
            f"run/findings.json: findings.0 must be a table; got 'x'{_RESTORE}",
            _TOLD,
        ),
        (
            "report is a folder",
            replaced("report.html", None),
            "cannot write run/report.html: Is a directory ... choose another place",
            ("report",),
        ),
        (
            "lock is a folder",
            replaced(".lock", None),
            "cannot write in run: Is a directory ... choose another place",
            ("test", "resume", "delete"),
        ),
        ("openings damaged", holds("test-openings.json", "{"), _LEDGER, ("test", "resume", "report")),
        ("openings of another form", holds("test-openings.json", '{"openings": [1]}'), _LEDGER, ("test", "report")),
        ("not finished", unfinished, _ENDED, (*_TRAINED, "report", "summary")),
        (
            "not finished, checkpoint cut short",
            all_of(unfinished, cut("checkpoint/*.safetensors")),
            "no checkpoint in run/checkpoint is whole ... Delete the folder to begin the run again",
            ("resume",),
        ),
        (
            "not finished, split cut short",
            all_of(unfinished, cut("split.safetensors")),
            _SPLIT + _CHECKSUM,
            ("resume",),
        ),
        (
            "not finished, split gone",
            all_of(unfinished, gone("split.safetensors")),
            f"cannot read {_SPLIT}: No such file ... Check its name",
            ("resume",),
        ),
        (
            "not finished, another part",
            all_of(unfinished, changed("experiment.json", experiment={"kind": "experiment"})),
            f"{_SPLIT} is of another run. Put back the run's own file ... make the run again",
            ("resume",),
        ),
    )
    for verb in verbs
]
