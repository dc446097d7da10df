"""The examples in the docstrings run and give what they show."""

import ast
import doctest
import importlib

import pytest

from tests.sources import PACKAGE, files

DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def examples(source, name):
    """The doctests in a source text, read without importing it: decorators hide functions from doctest's own search."""
    tests = []
    for node in ast.walk(ast.parse(source)):
        text = ast.get_docstring(node) if isinstance(node, DOCUMENTED) else None
        if text and ">>>" in text:
            where = f"{name}.{getattr(node, 'name', '')}".rstrip(".")
            tests.append(doctest.DocTestParser().get_doctest(text, {}, where, name, getattr(node, "lineno", 1)))
    return tests


def shown(test):
    """Run one doctest; return what it has to complain about."""
    complaints = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=complaints.append, clear_globs=False)
    return "".join(complaints)


def all_examples():
    for file in files():
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        for test in examples(file.read_text(encoding="utf-8"), name):
            yield pytest.param(name, test, id=test.name)


@pytest.mark.parametrize(("module", "test"), list(all_examples()))
def test_example_runs(module, test):
    test.globs = dict(vars(importlib.import_module(module)))
    assert shown(test) == ""


def test_a_wrong_example_is_noticed():
    (test,) = examples('def f():\n    """One.\n\n    >>> 1 + 1\n    3\n    """\n', "here")
    assert "Expected:\n    3\nGot:\n    2\n" in shown(test)
