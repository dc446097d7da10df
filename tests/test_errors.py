"""What an error message shows and suggests."""

import ast
import re
from pathlib import Path

import pytest

from tests.sources import PACKAGE, files
from thalweg.errors import InputError, RunFailed, choose, shown


def test_a_known_name_comes_back_as_it_is():
    assert choose("sgd", ["adam", "sgd"], what="update rule") == "sgd"


def test_a_misspelt_name_is_answered_with_the_nearest_and_with_all():
    with pytest.raises(InputError) as caught:
        choose("mometum", ["adam", "momentum", "sgd"], what="update rule")
    assert str(caught.value) == (
        "unknown update rule 'mometum'. Did you mean 'momentum'? There are: adam, momentum, sgd."
    )


def test_a_name_like_no_other_gets_no_guess():
    with pytest.raises(InputError, match=r"^unknown loss 'zzz'\. There are: hinge, softmax\.$"):
        choose("zzz", ["hinge", "softmax"], what="loss")


def test_nothing_to_choose_from_is_said():
    with pytest.raises(InputError, match=r"^unknown column 'a'\. There are: none\.$"):
        choose("a", [], what="column")


def test_of_many_names_thirty_are_listed_and_the_rest_counted():
    names = [f"column_{i}" for i in range(1000)]
    with pytest.raises(InputError, match=r"column_29 and 970 more\.$"):
        choose("Z", names, what="column")


def test_choices_may_be_read_only_once():
    assert choose("b", (name for name in "abc"), what="letter") == "b"
    with pytest.raises(InputError, match=r"There are: a, b, c\.$"):
        choose("zzz", (name for name in "abc"), what="letter")


@pytest.mark.parametrize("hostile", ["x" * 1_000_000, "\x1b[31mred\x07", "a\nb", "\ud800", ""])
def test_a_hostile_name_is_shown_short_and_on_one_line(hostile):
    with pytest.raises(InputError) as caught:
        choose(hostile, ["adam"], what="update rule")
    message = str(caught.value)
    assert len(message) < 300
    assert message.isprintable()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("adam", "'adam'"),
        (0.1, "0.1"),
        (None, "None"),
        ((1, 2), "(1, 2)"),
        ("x" * 1000, "'" + "x" * 37 + "..." + "x" * 38 + "'"),
        (list(range(1000)), "[0, 1, 2, 3, 4, 5, 6, 7, ...]"),
    ],
)
def test_a_value_is_shown_as_its_repr_cut_short(value, text):
    assert shown(value) == text


def test_a_number_that_python_refuses_to_write_is_shown_by_its_type():
    assert shown(16**5000) == "a int with a number too long to write"
    assert shown([16**5000]) == "a list with a number too long to write"


def test_a_value_of_any_size_and_depth_is_shown_in_a_few_hundred_characters():
    deep = []
    for _ in range(100_000):
        deep = [deep, deep]
    wide = {f"key {i}": ["x" * 1000] * 1000 for i in range(1000)}
    for value in (deep, wide, [wide] * 10, "x" * 10**6, b"x" * 10**6):
        assert len(shown(value)) <= 300


def test_a_bad_input_is_a_value_error_and_a_failed_run_is_not():
    assert issubclass(InputError, ValueError)
    assert not issubclass(RunFailed, ValueError)


def spaced(text):
    """Every space alike, and without the marks of a regular expression."""
    return re.sub(r"\s+", " ", text.replace("\\", ""))


def literals(node):
    """The texts that stand in a piece of source."""
    return [spaced(n.value) for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def unasked(source, asked):
    """The messages of errors for a user of which no three words in a row stand in the tests' texts."""
    raised = [n.exc for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Raise) and isinstance(n.exc, ast.Call)]
    messages = [c.args[0] for c in raised if ast.unparse(c.func) in ("InputError", "RunFailed") and c.args]
    return [ast.unparse(message) for message in messages if literals(message) and not known(literals(message), asked)]


def known(texts, asked):
    words = [text.split() for text in texts]
    runs = [" ".join(w[i : i + 3]) for w in words for i in range(max(1, len(w) - 2)) if len(w) > 1]
    return not runs or any(run in asked for run in runs)


def test_every_message_is_asked_for_by_a_test():
    tests = [file.read_text(encoding="utf-8") for file in Path(__file__).parent.rglob("*.py")]
    asked = "\n".join(text for test in tests for text in literals(ast.parse(test)))
    found = {file.relative_to(PACKAGE): unasked(file.read_text(encoding="utf-8"), asked) for file in files()}
    assert {file: messages for file, messages in found.items() if messages} == {}
    new = 'raise InputError(f"no {name} was ever heard of")'
    assert unasked(new, "ever been heard") and not unasked(new, "it says: was ever heard")
