"""What the documentation tells a reader to type is understood, and its Python and settings work."""

import re
import shlex
import sys
import tomllib

import jax
import pytest

from tests.sources import ROOT
from tests.test_readme import blocks
from thalweg.catalogue import KINDS
from thalweg.cli.app import build
from thalweg.cli.plugin import NO_PLUGINS
from thalweg.data.open import open_source
from thalweg.defaults import default_experiment
from thalweg.recipe import Options, resolve
from thalweg.search.check import checked_space
from thalweg.search.space import Space
from thalweg.search.written import read_setting, read_space

DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "generated" not in path.parts)


def name(page):
    return str(page.relative_to(DOCS))


def with_blocks(language):
    found = {name(page): blocks(page.read_text(encoding="utf-8"), language) for page in PAGES}
    return [pytest.param(texts, id=page) for page, texts in found.items() if texts]


def write_files(code, folder, monkeypatch):
    """Write a page's blocks of Python, under the name that the first line gives one; return where each block lies."""
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(folder)
    places = []
    for i, block in enumerate(code):
        named = re.match(r"# (\w+)\.py$", block, flags=re.MULTILINE)
        places.append(folder / (f"{named[1]}.py" if named else f"block_{i}.py"))
        places[-1].write_text(block, encoding="utf-8")
        monkeypatch.delitem(sys.modules, places[-1].stem, raising=False)  # another page's file of that name
    return places


@pytest.mark.parametrize("code", with_blocks("python"))
def test_the_python_of_a_page_runs(code, tmp_path, monkeypatch):
    places = write_files(code, tmp_path, monkeypatch)
    names = {}
    for block, place in zip(code, places, strict=True):  # a page is one story: a later block may use an earlier one's
        with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):  # as JAX is for its users
            exec(compile(block, place, "exec"), names)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page.read_text("utf-8"), "sh")], ids=name)
def test_the_commands_of_a_page_are_understood(page, tmp_path, monkeypatch):
    text = page.read_text("utf-8")
    write_files(blocks(text, "python"), tmp_path, monkeypatch)
    commands = [line for script in blocks(text, "sh") for line in script.splitlines()]
    for command in commands:
        program, *words = shlex.split(command)
        assert program == "thalweg", command
        _, bound, _ = build().parse_args(words, exit_on_error=False, print_error=False)
        if "settings" in bound.arguments and bound.arguments["settings"].set_:
            parts = bound.arguments.get("plugins", NO_PLUGINS).read()
            asked = Options(settings=bound.arguments["settings"].set_, parts=parts)
            resolve(asked, default_experiment(open_source("digits"), 1000))
        for text in bound.arguments["searching"].over if "searching" in bound.arguments else ():
            checked_space(Space((read_setting(text),)), default_experiment(open_source("digits"), 1000))


@pytest.mark.parametrize("files", with_blocks("toml"))
def test_the_settings_of_a_page_make_an_experiment(files):
    default = default_experiment(open_source("digits"), 1000)
    for file in files:
        plain = tomllib.loads(file)
        if file.startswith("# space.toml"):
            assert checked_space(read_space(plain), default)
            continue
        made = resolve(Options(config=plain), default)
        assert made != default
        assert made.training.epochs == plain["training"]["epochs"]


def test_the_table_of_kinds_names_every_kind():
    text = (DOCS / "how-to" / "change-the-experiment.md").read_text(encoding="utf-8")
    rows = "\n".join(line for line in text.splitlines() if line.startswith("|"))
    whole = {"experiment", "training", "sequential"}  # not chosen between
    kinds = {kind for members in KINDS.values() for kind in members} - whole
    assert {kind for kind in kinds if f"`{kind}`" not in rows} == set()


def test_every_page_has_something_to_check():
    checked = {str(param.id) for language in ("python", "sh") for param in with_blocks(language)}
    in_words = {"how-to/index.md"}
    assert checked == {"tutorial.md", *(name(page) for page in (DOCS / "how-to").glob("*.md"))} - in_words
