"""Names that would steer a terminal or a browser are shown as what they are: text."""

import csv
import io
import os
import sys
from html.parser import HTMLParser

import polars
import pytest

EVIL = "\x1b[31m\x07red\u202e</script><img src=x onerror=alert(1)>"
COLUMN = "size\x1b]0;owned\x07<script>alert(2)</script>"
RUN = "run \x1b[2J<img src=x onerror=alert(3)>"


class Elements(HTMLParser):
    """What a browser would make of a page: its elements, and the text outside of scripts."""

    def __init__(self, page):
        super().__init__()
        self.starts, self.attributes, self.scripts, self.text, self.inside = [], set(), [], [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.starts.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.inside = tag == "script"

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        (self.scripts if self.inside else self.text).append(data)


def table(path, classes=(EVIL, "plain", "x" * 100_000)):
    """Write 40 rows with these classes under a hostile header."""
    with path.open("w", newline="", encoding="utf-8") as file:
        written = csv.writer(file)
        written.writerow([COLUMN, "b", "kind"])
        written.writerows([k * 7 % 41, k * k % 13, classes[k % len(classes)]] for k in range(40))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a hostile table, and what it said to be trained on it."""
    from thalweg.cli.main import main

    folder = tmp_path_factory.mktemp("hostile")
    table(folder / "c.csv")
    words = ["fit", str(folder / "c.csv"), "--target", "kind", "--epochs", "1", "--out", str(folder / RUN)]
    with pytest.MonkeyPatch.context() as patch:
        out, err = io.StringIO(), io.StringIO()
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        assert main(words) == 0
    return folder, out.getvalue() + err.getvalue()


def shown_safely(text):
    """Assert that a terminal would show text and do nothing else, in lines that can be read."""
    assert all(line.isprintable() for line in text.split("\n"))
    assert max(map(len, text.split("\n"))) < 3000


def test_what_training_says_can_be_shown(trained):
    _, said = trained
    assert "red</script><img src=x onerror" in said
    shown_safely(said)


@pytest.mark.parametrize(
    "line",
    [
        "summary RUN",
        "report RUN",
        "evaluate RUN --test --again",
        "resume RUN",
        "runs --folder HERE",
        "check DATA --target b",
    ],
)
def test_every_verb_says_what_can_be_shown(thalweg, trained, line):
    folder, _ = trained
    meant = {"RUN": folder / RUN, "DATA": folder / "c.csv", "HERE": folder}
    said = thalweg(*(meant.get(word, word) for word in line.split()))
    assert said.exit == 0
    shown_safely(said.out + said.err)
    said = thalweg(*(meant.get(word, word) for word in line.split()), "--json")
    assert said.facts["exit"] == 0
    assert all(line.isprintable() for line in (said.out + said.err).split("\n"))


def test_an_error_says_what_can_be_shown(thalweg, trained, tmp_path):
    folder, _ = trained
    table(tmp_path / "new.csv", classes=(EVIL + "?", "plain"))
    for words in (
        ("evaluate", folder / RUN, "--data", tmp_path / "new.csv"),
        ("fit", tmp_path / "new.csv", "--target", COLUMN + "?"),
        ("fit", tmp_path / EVIL.replace("/", ""), "--target", "kind"),
    ):
        said = thalweg(*words)
        assert said.exit == 2
        shown_safely(said.err)


def test_the_report_holds_no_element_of_a_name(trained):
    folder, _ = trained
    page = (folder / RUN / "report.html").read_text(encoding="utf-8")
    found = Elements(page)
    assert "img" not in found.starts
    assert not [name for name in found.attributes if name.startswith("on")]
    assert not [script for script in found.scripts if "alert(2)</script" in script or "<img" in script]
    assert "<img src=x onerror=alert(1)>" in "".join(found.text)
    assert not {"\x1b", "\x07", "\u202e"} & set(page)


def test_predictions_keep_a_name_for_programs_and_disarm_it_for_terminals(thalweg, trained, tmp_path, monkeypatch):
    folder, _ = trained
    words = ("predict", folder / RUN, folder / "c.csv")
    assert thalweg(*words, "-o", tmp_path / "p.csv").exit == 0
    assert f"p_{EVIL}" in polars.read_csv(tmp_path / "p.csv").columns
    piped = thalweg(*words).out
    assert f"p_{EVIL}" in piped

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert thalweg(*words).exit == 0
    shown = terminal.getvalue()
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert shown.count("\n") == piped.count("\n")


def test_a_file_with_a_name_that_is_no_text_is_one(thalweg, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name, out = os.fsdecode(b"a\xff.csv"), os.fsdecode(b"run\xfe")
    table(tmp_path / name, classes=("u", "v"))
    said = thalweg("fit", name, "--target", "kind", "--epochs", "1", "--out", out, "--json")
    assert said.exit == 0
    shown_safely(said.err)
    for words in (("summary", out), ("resume", out), ("evaluate", out, "--test"), ("reproduce", out, "--out", "again")):
        assert thalweg(*words).exit == 0
    assert thalweg("predict", out, name, "-o", os.fsdecode(b"p\xff.csv")).exit == 0
    (tmp_path / os.fsdecode(b"p\xff.csv")).unlink()
