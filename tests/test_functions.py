"""A user's own functions: told by name and source, handed in, never read from a file."""

import functools
import hashlib
import inspect

import jax.numpy as jnp
import pytest

from thalweg.errors import InputError
from thalweg.functions import absent, by_name, called, described, found, inside, require_function, require_given


def square(x):
    return x * x


def halve(x):
    return x / 2


def closing_over(share):
    def scaled(x):
        return share * x

    return scaled


def test_a_file_has_the_name_and_a_digest_of_the_source():
    source = inspect.getsource(square).encode()
    assert described(square) == {"function": "square", "source": f"sha256:{hashlib.sha256(source).hexdigest()}"}
    assert described(square)["source"] != described(halve)["source"]


@pytest.mark.parametrize("value", [square, "square", {"function": "square"}, described(square)])
def test_it_is_found_by_what_a_person_or_a_file_says(value):
    assert found(value, by_name([halve, square]), "loss.function") is square


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("sqare", r"loss.function: unknown function 'sqare'. Did you mean 'square'\? There are: square. "
         r"Hand it in: parts=\[sqare\] in Python, --plugin FILE in a command."),
        ("no name", r"Hand it in: parts=\[...\] in Python"),
        ({"function": "square", "source": "sha256:00"}, "loss.function: the function 'square' is not the one that this "
         "was written with: its source has changed. Hand in the old one, or make the run again."),
        ({"function": 3}, "loss.function must be the name of a function; got {'function': 3}."),
        ({"function": "square", "more": 1}, "must be the name of a function"),
        (3, "must be the name of a function; got 3."),
    ],
)  # fmt: skip
def test_what_is_not_among_those_handed_in_is_refused(value, said):
    with pytest.raises(InputError, match=said):
        found(value, by_name([square]), "loss.function")


def test_a_file_that_speaks_of_a_missing_function_is_refused_wherever_it_does():
    plain = {"network": {"layers": [{"kind": "dense"}, {"kind": "custom_layer", "function": described(square)}]}}
    require_given(plain, by_name([square]), "model.safetensors")
    with pytest.raises(InputError, match=r"model.safetensors: unknown function 'square'. There are: none."):
        require_given(plain, {}, "model.safetensors")


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: x, "must be a function written with def, so that it has a name and a source; got <function "),
        (functools.partial(square), "must be a function written with def"),
        (jnp.add, "must be a function written with def"),
        (print, "must be a function written with def"),
        ("square", "must be a function written with def, .* got 'square'. Write one that calls it."),
        (closing_over(3), "the function 'scaled' takes share from a function around it, which no file would remember"),
    ],
)
def test_what_no_file_could_speak_of_is_refused(function, said):
    with pytest.raises(InputError, match=f"parts:? {said}"):
        require_function("parts", function)


def test_a_function_without_a_source_is_refused():
    made = {}
    exec("def unseen(x):\n    return x", made)  # as a prompt without history has it
    with pytest.raises(InputError, match=r"the source of the function 'unseen' cannot be read. Write it in a file"):
        require_function("parts", made["unseen"])


def test_two_of_one_name_are_refused_and_one_twice_is_not():
    assert set(by_name([square, square])) == {"square"}
    with pytest.raises(InputError, match=r"observers: two functions are called 'square'. Give one of them"):
        by_name([square, renamed_square], "observers")


def test_functions_inside_a_plain_value_are_found():
    assert list(inside({"loss": {"function": square}, "layers": [{"function": halve}, "text", 3]})) == [square, halve]
    assert list(inside(None)) == []


def test_what_a_function_raises_becomes_a_sentence_with_what_it_was_given():
    said = (
        r"the function 'square' of int failed on float32\[2\], a table of w, None: "
        "TypeError: square\\(\\) takes 1 positional argument but 3 were given Mend the function."
    )
    with pytest.raises(InputError, match=said):
        called(3, square, jnp.ones(2), {"w": 1}, None)


def test_the_users_own_refusal_goes_through_as_it_is():
    def refuse(x):
        raise InputError("rows must be sorted.")

    with pytest.raises(InputError, match=r"^rows must be sorted\.$"):
        called(3, refuse, 1)


def test_the_stand_in_refuses_to_be_called():
    assert found("anything", None, "loss.function") is absent
    with pytest.raises(InputError, match=r"a function of the user's is needed here. Hand it in: parts=\[\.\.\.\]"):
        absent(1, context=2)


class Other:
    def square(self):
        return 4


renamed_square = Other.square
