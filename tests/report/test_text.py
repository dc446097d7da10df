"""Names of others: nothing hidden is shown, nothing shown is a tag."""

import plotly.graph_objects as go
import pytest

from thalweg.report.text import ended, plot_text, printable, short


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\x00\x1b[31mb\x7f", "a[31mb"),
        ("safe\u202egpj.exe", "safegpj.exe"),  # shown backwards otherwise
        ("a\ud800b", "ab"),  # half a character cannot be written as UTF-8
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("naïve 数字 😀", "naïve 数字 😀"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(text, seen):
    assert printable(text) == seen


def test_a_long_name_keeps_its_start_and_its_end():
    assert short("measurement_of_the_left_wing", 13) == "measur…t_wing"
    assert len(short("x" * 1000)) == 32


def test_a_short_name_stays_as_it_is_on_one_line():
    assert short("a\n b") == "a b"


def test_a_name_in_a_plot_holds_no_tag():
    name = plot_text('<a href="https://example.org">&amp;</a>', 80)
    assert "<" not in name and name.count("&amp;amp;") == 1
    go.Figure({"data": [{"type": "scatter", "name": name}]})  # is accepted as a name


@pytest.mark.parametrize(("text", "said"), [("dense_1 died", "dense_1 died."), ("Why?", "Why?"), (" ", "")])
def test_a_phrase_gets_its_full_stop(text, said):
    assert ended(text) == said
