"""The page as a parser sees it."""

import itertools
import json
import math
import re
from html.parser import HTMLParser

import pytest
from plotly.offline import get_plotlyjs
from tests.report.example import HOSTILE, classes, diverged, history, regression

from thalweg.diagnosis.finding import Attempt, Cause, Remedy
from thalweg.report.page import render
from thalweg.train.history import History

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reader(HTMLParser):
    """Elements, texts and scripts of a page; complains of tags that do not match."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements, self.texts, self.scripts, self.open = [], [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)
        elif self.open and self.open[-1] != "style":
            self.texts.append(data)

    def text(self):
        return " ".join(" ".join(self.texts).split())

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


def edge_cases():
    many = tuple(f"class {k}" for k in range(100))
    blank = classes().data._replace(classes=(), columns=(), rows=(), fingerprint="")
    return {
        "classes": classes(),
        "regression": regression(),
        "diverged": diverged(),
        "interrupted": classes(status="interrupted"),
        "one evaluation": classes(history=history(epochs=1), best_epoch=1.0),
        "100 classes": classes(names=many),
        "no baselines": classes(baselines=()),
        "empty": classes(
            data=blank, scores=(), comparison=None, baselines=(), remarks=(), checks=(), findings=(),
            history=History(), best_epoch=math.nan, experiment={}, layers=(), seeds={}, versions={}, command="",
        ),
    }  # fmt: skip


@pytest.mark.parametrize("outcome", edge_cases().values(), ids=edge_cases())
def test_every_outcome_gives_a_whole_page(outcome):
    reader = Reader(render(outcome))
    assert reader.open == []
    ids = [attrs["id"] for _, attrs in reader.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in reader.all("a")} <= set(ids)
    levels = [int(tag[1]) for tag, _ in reader.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in itertools.pairwise(levels))


@pytest.mark.parametrize("outcome", edge_cases().values(), ids=edge_cases())
def test_numbers_that_are_none_never_reach_the_page(outcome):
    page = render(outcome)
    figures = json.loads(Reader(page).scripts[0], parse_constant=lambda word: pytest.fail(f"{word} in JSON"))
    drawn = [attrs["data-figure"] for _, attrs in Reader(page).elements if "data-figure" in attrs]
    assert drawn == list(figures)
    assert not re.search(r"\b(nan|inf|None|undefined)\b", Reader(page).text())


def _hostile(finding):
    """A finding all of whose texts are hostile, in its causes, remedies and tries too."""
    texts = [name for name in finding._fields if isinstance(getattr(finding, name), str)]
    return finding._replace(
        **dict.fromkeys(texts, HOSTILE),
        causes=(Cause(HOSTILE, HOSTILE, 0.6), Cause(HOSTILE, HOSTILE, 0.3)),
        remedies=(Remedy(HOSTILE, (HOSTILE,), HOSTILE),) * 2,
        attempts=(Attempt(HOSTILE, HOSTILE, 9, (0.1,), (0.9,), 2.0, 1.0, True, HOSTILE),),
    )


def test_what_was_tried_and_other_causes_are_shown_folded():
    plain = classes()
    causes = (Cause("rate_too_high", "the rate is too high", 0.75), Cause("depth", "it is deep", 0.2))
    remedies = (
        Remedy("Lower the rate to 0.1.", ("update.rate=0.1",), 'thalweg.fit(data, settings=["update.rate=0.1"])'),
        Remedy("Use fewer layers.", (), ""),
    )
    tried = Attempt("rate_too_high", "rate 0.1", 99, (0.1,), (0.9,), 2.0, 1.0, True, "rate 0.1: 90% instead of 10%")
    vain = tried._replace(text="fewer layers", helped=False, result="fewer layers: 11% instead of 10%")
    finding = plain.findings[0]._replace(severity="warning", causes=causes, remedies=remedies, attempts=(tried, vain))
    reader = Reader(render(plain._replace(findings=(finding,))))
    text = reader.text()
    assert "Rate 0.1: 90% instead of 10%." in text
    assert "helped: rate 0.1: 90% instead of 10%." in text
    assert "no better: fewer layers: 11% instead of 10%." in text
    assert "75%" in text and 'thalweg.fit(data, settings=["update.rate=0.1"])' in text
    without = Reader(render(plain._replace(findings=(finding._replace(attempts=(), causes=causes[:1]),)))).text()
    assert "What was tried" not in without and "Other causes" not in without


def test_a_hostile_name_is_text_wherever_it_stands():
    plain = classes()
    everywhere = plain._replace(
        name=HOSTILE,
        task=HOSTILE,
        status=HOSTILE,
        ending=HOSTILE,
        metric=HOSTILE,
        command=HOSTILE,
        data=plain.data._replace(
            name=HOSTILE,
            target=HOSTILE,
            rows=((HOSTILE, 1),),
            classes=((HOSTILE, 3), *plain.data.classes[1:]),
            columns=((HOSTILE, HOSTILE, HOSTILE),),
            fingerprint=HOSTILE,
        ),
        comparison=plain.comparison._replace(part=HOSTILE),
        scores=tuple(s._replace(metric=HOSTILE, part=HOSTILE) for s in plain.scores),
        baselines=tuple(b._replace(name=HOSTILE, remark=HOSTILE) for b in plain.baselines),
        remarks=tuple(r._replace(text=HOSTILE, where=HOSTILE, severity="warning") for r in plain.remarks),
        checks=tuple(
            c._replace(**dict.fromkeys(["name", "severity", "text", "advice", "where"], HOSTILE)) for c in plain.checks
        ),
        findings=tuple(_hostile(f) for f in plain.findings),
        history=history(tensors=(f"{HOSTILE.replace('/', '')}/w", "b/w")),
        experiment={HOSTILE: [{HOSTILE: HOSTILE}]},
        layers=((HOSTILE, HOSTILE, 1),),
        seeds={HOSTILE: 1},
        versions={HOSTILE: HOSTILE, "thalweg": HOSTILE},
    )
    page = render(everywhere)
    reader = Reader(page)
    assert [tag for tag, _ in reader.elements].count("script") == 3
    assert reader.all("img") == []
    assert not [name for _, attrs in reader.elements for name in attrs if name.startswith("on")]
    assert reader.text().count(HOSTILE) > 30
    assert not any("<" in script for script in reader.scripts[:1])


def test_a_hostile_regression_target_is_text_too():
    plain = regression()
    reader = Reader(render(plain._replace(data=plain.data._replace(target=HOSTILE))))
    assert reader.all("img") == [] and HOSTILE in reader.text()


def test_control_characters_are_taken_out():
    page = render(classes(name="a\x1b[2Jb\u202ec\x00", ending="x\ud800y\x07"))
    assert "a[2Jbc" in page and "xy" in page.lower()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202e\ud800-\udfff]", page.replace(get_plotlyjs(), ""))


def test_a_long_name_is_shortened_and_kept_whole_in_a_title():
    name = "income_" * 20
    plain = classes()
    reader = Reader(render(plain._replace(data=plain.data._replace(columns=((name, "numeric", ""),)))))
    assert name not in reader.text()
    assert name in [attrs.get("title") for attrs in reader.all("span")]


def test_plotly_is_there_once_and_cannot_end_its_tag():
    page = render(classes())
    plotly = get_plotlyjs()
    assert page.count(plotly) == 1
    assert "</script" not in plotly.lower() and "<!--" not in plotly


def test_the_page_asks_for_nothing():
    page = render(classes())
    policy = next(m["content"] for m in Reader(page).all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; img-src data: blob:;") and "http" not in policy
    ours = page.replace(get_plotlyjs(), "")
    assert not re.search(r"https?://|@import|url\(|src=|\bfetch\(", ours)


def test_only_the_pages_own_scripts_may_run():
    policy = next(m["content"] for m in Reader(render(classes())).all("meta") if "http-equiv" in m)
    scripts = policy.partition("script-src ")[2]
    assert len(re.findall(r"'sha256-[A-Za-z0-9+/]{43}='", scripts)) == 2 and "unsafe" not in scripts


def test_the_verdict_is_first_and_the_sections_follow_in_order():
    reader = Reader(render(classes()))
    assert [attrs["id"] for attrs in reader.all("section")] == [
        "verdict", "findings", "curves", "layers", "errors", "data", "experiment",
    ]  # fmt: skip
    assert "on 360 test rows" in reader.text()
    assert "The sealed test part has been opened twice over all runs on these data." in reader.text()


def test_a_finding_says_how_often_it_is_wrong_where_that_was_measured():
    first, *others = classes().findings
    page = render(classes(findings=(first._replace(severity="warning", false_alarms="told of 2 of 9"), *others)))
    assert page.count("<dt>How often wrong</dt><dd>Told of 2 of 9.</dd>") == 1


def test_a_finding_has_its_setting_ready_to_copy():
    buttons = [attrs["data-copy"] for attrs in Reader(render(classes())).all("button") if "data-copy" in attrs]
    assert "--set penalty.strength=0.001" in buttons and "thalweg reproduce digits-1" in buttons


def test_a_finding_says_what_its_setting_is_for():
    text = Reader(render(classes())).text()
    assert "To try it, run thalweg fit again with" in " ".join(text.split())


def test_a_cause_is_a_sentence_and_good_news_asks_for_nothing():
    finding = classes().findings[0]._replace(severity="warning", cause="few rows", remedy="get more")
    text = Reader(render(classes(findings=(finding,)))).text()
    assert "Few rows." in text and "get more." in text
    text = Reader(render(classes(findings=(finding._replace(severity="good"),)))).text()
    assert "Few rows." not in text and "get more." not in text


def test_a_check_that_did_not_judge_is_called_so_and_counts_neither_way():
    check = classes().checks[0]._replace(name="few", passed=True)
    text = Reader(render(classes(checks=(check, check._replace(judged=False))))).text()
    assert "1 of 1 checks passed, 1 not judged." in " ".join(text.split())
    assert text.count("not judged") == 2


def test_every_picture_has_words():
    canvases = [attrs for attrs in Reader(render(classes())).all("div") if "data-figure" in attrs]
    assert len(canvases) >= 8
    assert all(attrs["role"] == "img" and len(attrs["aria-label"]) > 20 for attrs in canvases)


def test_a_matrix_shows_every_count_and_a_large_one_its_worst():
    small, large = edge_cases()["classes"], edge_cases()["100 classes"]
    cells = [a for a in Reader(render(small)).all("td") if a.get("class") in {"hit", "miss"}]
    assert len(cells) == 100
    page = Reader(render(large))
    assert not [a for a in page.all("td") if a.get("class") in {"hit", "miss"}]
    assert "100 classes, too many to draw every pair of them" in page.text()


def test_the_same_outcome_gives_the_same_bytes():
    assert render(classes()) == render(classes())
