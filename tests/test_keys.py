"""Random keys: one for each role, the same in every process."""

import os
import subprocess
import sys

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.errors import InputError
from thalweg.keys import role, root


def data(key):
    return tuple(jax.random.key_data(key).tolist())


def test_a_member_is_folded_into_the_seed_and_a_role_into_the_member():
    # crc32 of "123456789" is 0xCBF43926: the check value that every description of crc32 gives.
    key = jax.random.fold_in(jax.random.fold_in(jax.random.key(7), 2), 0xCBF43926)
    assert data(role(root(7, 2), "123456789")) == data(key)


def test_seeds_members_and_roles_have_keys_of_their_own():
    keys = [root(seed, ordinal) for seed in (0, 1, 2**31, 2**32 - 1) for ordinal in range(3)]
    keys += [role(root(0), name) for name in ("init", "dropout", "dense_1", "dense_2", "", "é", "層")]
    assert len({data(key) for key in keys}) == len(keys)


def test_the_only_member_is_the_first():
    assert data(root(5)) == data(root(5, 0))


@pytest.mark.parametrize("seed", [-1, 2**32, 2**32 + 1, 2**64, 10**30])
def test_a_seed_that_would_be_folded_into_the_range_is_refused(seed):
    with pytest.raises(InputError, match=rf"^a seed must be a whole number from 0 to 4294967295; got {seed}\.$"):
        root(seed)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_name_is_a_role(name):
    assert data(role(root(0), name)) == data(role(root(0), name))


def test_a_users_choice_of_generator_changes_no_draw():
    before = data(root(3))
    with jax.default_prng_impl("rbg"):
        assert data(root(3)) == before


def test_keys_are_the_same_in_a_process_with_other_hashes():
    code = "import jax; from thalweg.keys import role, root; print(jax.random.key_data(role(root(1, 2), 'dense_1')))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_environment(PYTHONHASHSEED="4")
    )
    assert done.stdout.strip() == str(np.asarray(jax.random.key_data(role(root(1, 2), "dense_1"))))


def _environment(**changes):

    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **changes}
