"""A user's own functions: told by name and source, handed in, never read from a file."""

import functools
import hashlib
import importlib
import inspect

import beartype
import jax
import jax.numpy as jnp
import jaxtyping
import numpy as np
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
         "was written with: its source, or a number it was made with, is another. Hand in the old one, or make"),
        ("a" * 10**6, r"unknown function 'a+\.\.\.a+'\. There are: square\. Hand it in: parts=\[\.\.\.\] in"),
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
        (closing_over(np.ones(2)), "the function 'scaled' was made with share, which no file would remember: it is no"),
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


def test_a_function_given_twice_is_one_and_of_two_of_one_name_the_source_tells_which():
    assert by_name([square, square]) == {"square": (square,)}
    both = by_name([square, Other.square])
    with pytest.raises(InputError, match=r"two functions are called 'square'\. Give one of them another"):
        found("square", both, "loss.function")
    assert found(described(square), both, "loss.function") is square
    assert found(described(Other.square), both, "loss.function") is Other.square


def test_what_is_never_asked_for_is_not_judged():
    assert set(by_name([square, closing_over(3), lambda x: x])) == {"square", "scaled", "<lambda>"}


@pytest.mark.parametrize(
    ("functions", "said"),
    [
        (square, r"^parts must be a list of functions; got <function square .*>\. Leave it out for none\.$"),
        (None, r"^parts must be a list of functions; got None\. Leave it out for none\.$"),
        ([square, 3], r"^parts must hold functions, each with a name; got 3\. Leave it out\.$"),
        ([functools.partial(square)], r"^parts must hold functions, each with a name; got functools\.partial"),
    ],
)
def test_what_is_no_list_of_functions_is_refused(functions, said):
    with pytest.raises(InputError, match=said):
        by_name(functions)


def test_functions_made_with_other_numbers_are_told_apart():
    assert described(closing_over(2)) == described(closing_over(2)) != described(closing_over(3))
    assert described(with_default(2)) == described(with_default(2)) != described(with_default(3))
    assert described(with_named_default(2)) != described(with_named_default(3))
    with pytest.raises(
        InputError, match="the function 'shifted' was made with default of k, which no file would remem"
    ):
        require_function("parts", with_default(np.ones(2)))


def test_what_decorates_a_function_is_part_of_what_it_is():
    assert described(doubled(square)) != described(square) != described(halved(square))
    assert described(doubled(square)) != described(halved(square))
    assert described(jax.jit(square)) == described(square)  # the same numbers, compiled
    assert described(times(2)(square)) != described(times(3)(square))
    with pytest.raises(InputError, match="the function 'square' was made with share, which no file would remember"):
        require_function("parts", times(np.ones(2))(square))


class Holding:
    def __init__(self, function):
        functools.update_wrapper(self, function)

    def __call__(self, x):
        return 2 * self.__wrapped__(x)


def test_an_object_around_a_function_whose_values_no_file_would_remember_is_refused():
    made = functools.update_wrapper(functools.partial(with_default(2), k=99), square)
    for wrapped, kind in ((made, "partial"), (jax.jit(made), "partial"), (Holding(square), "Holding")):
        with pytest.raises(InputError, match=f"is made with {kind}, and no file would remember what that holds"):
            require_function("parts", wrapped)


def test_what_decorates_it_from_a_library_may_hold_what_it_likes():
    checked = jaxtyping.jaxtyped(square, typechecker=beartype.beartype)
    assert described(checked) == described(jaxtyping.jaxtyped(square, typechecker=beartype.beartype))
    assert described(checked) != described(jaxtyping.jaxtyped(halve, typechecker=beartype.beartype))
    assert described(functools.lru_cache(square)) == described(square)


def test_a_file_edited_after_a_function_was_met_changes_nothing(tmp_path, monkeypatch):
    place = tmp_path / "own_functions_of_a_test.py"
    place.write_text("def curve(x):\n    return x\n")
    monkeypatch.syspath_prepend(tmp_path)
    curve = importlib.import_module(place.stem).curve
    before = described(curve)
    place.write_text("def curve(x):\n    return 3 * x\n")
    assert described(curve) == before
    place.unlink()
    assert described(curve) == before


def test_odd_objects_that_can_be_called_are_refused():
    for odd in (Wrapping(), Unhashable()):
        with pytest.raises(InputError, match=r"^parts must be a function written with def, so that it has a name"):
            require_function("parts", odd)


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


class Wrapping:
    def __init__(self):
        self.__wrapped__ = self

    def __call__(self, x):
        return x


class Unhashable:
    __hash__ = None

    def __call__(self, x):
        return x


def with_default(k):
    def shifted(x, k=k):
        return x + k

    return shifted


def with_named_default(k):
    def shifted(x, *, k=k):
        return x + k

    return shifted


def doubled(function):
    @functools.wraps(function)
    def twice(x):
        return 2 * function(x)

    return twice


def halved(function):
    @functools.wraps(function)
    def half(x):
        return function(x) / 2

    return half


def times(share):
    def decorate(function):
        @functools.wraps(function)
        def scaled(x):
            return share * function(x)

        return scaled

    return decorate
