"""What goes into a script tag stays in it."""

import base64
import hashlib
import json
import math

import numpy as np
import pytest
from tests.report.example import HOSTILE

from thalweg.report.embed import fingerprint, script_json


@pytest.mark.parametrize("text", [HOSTILE, "<!-- <script>", "]]>", "&lt;", "\u2028"])
def test_no_text_can_end_the_tag(text):
    written = script_json({text: text})
    assert not set("<>&\u2028") & set(written)


def test_text_comes_back_as_it_was_without_control_characters():
    assert json.loads(script_json([HOSTILE, "a\x00b"])) == [HOSTILE, "ab"]


def test_numbers_that_are_none_become_null():
    values = [math.nan, math.inf, np.float32("nan"), np.array([1.0, -np.inf])]
    assert json.loads(script_json(values)) == [None, None, None, [1.0, None]]


def test_numbers_keep_the_digits_that_can_be_seen():
    assert script_json({"a": 0.123456789, "b": 123456789, "c": True, "d": np.int64(3), "e": None}) == (
        '{"a":0.12346,"b":123456789,"c":true,"d":3,"e":null}'
    )


def test_what_json_cannot_hold_is_refused():
    with pytest.raises(TypeError, match="script_json writes numbers, text, lists and tables; got set"):
        script_json({1, 2})


def test_a_script_is_named_by_its_sha_256():
    expected = base64.b64encode(hashlib.sha256(b"alert(1)").digest()).decode()
    assert fingerprint("alert(1)") == f"sha256-{expected}"
