"""The house rules that a reader of the source could check, checked."""

import ast
import statistics

import pytest

import thalweg
from tests.sources import PACKAGE, ROOT, files

LONGEST_FILE = 400
MEDIAN_FILE = 150
OPTIONAL_PACKAGES = frozenset({"optuna"})  # extras; loaded where they are used
EXECUTING = frozenset({"eval", "exec", "compile", "__import__"})
PICKLES = frozenset({"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"})


def prints(tree):
    """Calls of `print`."""
    return [f"{node.lineno}: prints" for node in ast.walk(tree) if _called(node) == "print"]


def hidden_imports(tree):
    """Imports that are not at the top of the file, other than for type checkers and optional packages."""
    open_to_see = {id(node) for node in tree.body}
    for node in tree.body:
        if isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            open_to_see.update(id(inner) for inner in node.body)
    return [
        f"{node.lineno}: {ast.unparse(node)} is not at the top of the file"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and id(node) not in open_to_see
        and not {name.partition(".")[0] for name in _imported(node)} <= OPTIONAL_PACKAGES
    ]


def unsafe(tree):
    """Ways for a file's content to be executed."""
    faults = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in EXECUTING:
            faults.append(f"{node.lineno}: calls {node.func.id}")
        if isinstance(node, ast.Import | ast.ImportFrom):
            faults += [
                f"{node.lineno}: imports {name}" for name in _imported(node) if name.partition(".")[0] in PICKLES
            ]
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle" and ast.unparse(node.value) != "False":
            faults.append(f"{node.value.lineno}: allow_pickle is not False")
        if _called(node) == "load" and ast.unparse(node.func) in {"np.load", "numpy.load"}:
            if "allow_pickle" not in {keyword.arg for keyword in node.keywords}:
                faults.append(f"{node.lineno}: numpy.load without allow_pickle=False")
    return faults


def loose_ends(tree):
    """Asserts (which an optimised run drops), bodies that do nothing, and what is not implemented."""
    faults = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert | ast.Pass):
            faults.append(f"{node.lineno}: {type(node).__name__.lower()}")
        if isinstance(node, ast.Name) and node.id == "NotImplementedError":
            faults.append(f"{node.lineno}: NotImplementedError")
    return faults


def undocumented(tree):
    """Public things without a docstring, and public functions that raise without saying so."""
    faults = [] if ast.get_docstring(tree) else ["1: the file has no docstring"]
    for node, owner in _definitions(tree):
        text = ast.get_docstring(node) or ""
        if not text and not node.name.startswith("_"):
            faults.append(f"{node.lineno}: {node.name} has no docstring")
        # What a special method raises may stand with its class: nobody calls __post_init__ by name.
        said = text + (ast.get_docstring(owner) or "" if owner and _special(node.name) else "")
        if _raises(node) and "Raises:" not in said and (_special(node.name) or not node.name.startswith("_")):
            faults.append(f"{node.lineno}: {node.name} raises, and its docstring has no Raises")
    return faults


@pytest.mark.parametrize("rule", [prints, hidden_imports, unsafe, loose_ends, undocumented])
def test_the_package_keeps_the_rule(rule):
    spared = PACKAGE / "cli" if rule in {prints, hidden_imports} else None
    faults = [
        f"{file.relative_to(ROOT)}:{fault}"
        for file in files()
        if spared not in file.parents
        for fault in rule(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("rule", "source", "faults"),
    [
        (prints, "print(1)\nfingerprint(1)", ["1: prints"]),
        (
            hidden_imports,
            "import a\nif TYPE_CHECKING:\n    import b\ndef f():\n    from c import d\n"
            "try:\n    import e\nexcept E: f()",
            ["7: import e is not at the top of the file", "5: from c import d is not at the top of the file"],
        ),
        (
            unsafe,
            "import pickle\neval('1')\nnp.load(f)\nnp.load(f, allow_pickle=True)\n"
            "np.load(f, allow_pickle=False)\nre.compile('a')",
            [
                "1: imports pickle",
                "2: calls eval",
                "3: numpy.load without allow_pickle=False",
                "4: allow_pickle is not False",
            ],
        ),
        (
            loose_ends,
            "assert x\nfor a in b:\n    pass\nraise NotImplementedError",
            ["1: assert", "3: pass", "4: NotImplementedError"],
        ),
        (
            undocumented,
            "class A:\n    def __init__(self):\n        raise E\ndef f():\n    '''One.'''\n    raise E\n"
            "def _g():\n    raise E\ndef h():\n    '''Raises:\n        E: Always.\n    '''\n    raise E",
            [
                "1: the file has no docstring",
                "1: A has no docstring",
                "2: __init__ raises, and its docstring has no Raises",
                "4: f raises, and its docstring has no Raises",
            ],
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_broken_rule_is_noticed(rule, source, faults):
    assert sorted(rule(ast.parse(source))) == sorted(faults)


def test_files_are_short():
    lengths = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in files()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}
    assert statistics.median(lengths.values()) < MEDIAN_FILE


def test_the_changelog_speaks_of_this_version():
    assert thalweg.__version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def _called(node):
    """The last word of what a call calls: "load" for np.load(f)."""
    return ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""


def _imported(node):
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]


def _special(name):
    return name.startswith("__") and name.endswith("__")


def _definitions(tree):
    """Every function and class of a file and of its public classes, with the class it belongs to."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    for node in tree.body:
        if isinstance(node, kinds):
            yield node, None
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from ((inner, node) for inner in node.body if isinstance(inner, kinds))


def _raises(function):
    """Whether a function's own body, without what is defined inside it, raises something new."""
    if isinstance(function, ast.ClassDef):
        return False
    waiting = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise) and node.exc is not None:
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))
    return False
