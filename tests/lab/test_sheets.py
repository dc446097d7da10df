"""The notes' experiments, each as a sheet: their claims hold, and a claim that does not is told."""

import re

import numpy as np
import pytest

from thalweg.activations.relu import ReLU
from thalweg.errors import InputError
from thalweg.initializers.small_normal import SmallNormal
from thalweg.lab.batch_norm import batch_norm
from thalweg.lab.diagrams import diagrams
from thalweg.lab.half_planes import half_planes
from thalweg.lab.max_norm import max_norm
from thalweg.lab.nearest_neighbours import nearest_neighbours
from thalweg.lab.perceptron_and_parity import perceptron_and_parity
from thalweg.lab.random_against_grid import random_against_grid
from thalweg.lab.residual import residual
from thalweg.lab.ring import ring
from thalweg.lab.segmentation import segmentation
from thalweg.lab.sheet import Claim, Sheet, Table, between
from thalweg.lab.sheet_page import render_sheet, write_sheet
from thalweg.lab.sliding_window import sliding_window
from thalweg.lab.slow_start import slow_start
from thalweg.lab.ten_layers import Setting, measure, ten_layers
from thalweg.lab.zig_zag import zig_zag


def words(page):
    """What a person reads of it."""
    body = re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(re.sub("<[^>]*>", " ", body).split())


def sheet(*claims, seed=3):
    return Sheet(
        "odd", "An <odd> sheet", seed, "It came out", ("Why.",), claims, (Table("T", ("a", "b"), (("1", "2"),)),), (),
        "python line", "A source.",
    )  # fmt: skip


HOLDS = Claim("It is so.", "1", "1", True)
FAILS = Claim("It is <not> so.", "1", "2", False)


def test_the_ten_layers_are_those_of_the_lecture():  # I9
    found = ten_layers()
    assert found.disagreements() == () and len(found.claims) == 19
    assert len(found.figures) == 13  # three by layer, and two histograms a setting


def test_a_layer_of_zeros_has_nothing_to_send_on():
    dead = measure(Setting("nearly no weights", ReLU(), SmallNormal(1e-30)))
    assert dead.activation[-1] == 0 and dead.slope[0] == 0  # below the smallest float32 number


def test_the_slow_start_is_that_of_the_book():  # O10
    found = slow_start()
    assert found.disagreements() == () and len(found.claims) == 7
    row = next(row for row in found.tables[0].rows if row[0] == "300")
    assert row == ("300", "0.2028", "0.0120")


@pytest.mark.parametrize("seed", [0, 1])
def test_positive_inputs_zig_zag_and_centred_ones_do_not(seed):  # A12
    assert zig_zag(seed).disagreements() == ()


@pytest.mark.parametrize("seed", [0, 1])
def test_a_ring_is_split_by_the_right_features_and_by_no_line(seed):  # D16
    found = ring(seed)
    assert found.disagreements() == () and len(found.figures) == 3
    plain, polar, products = ([float(cell.rstrip("%")) for cell in row[2:]] for row in found.tables[0].rows)
    assert max(plain) < 60 and min(polar + products) > 99


def test_the_small_networks_are_counted_as_in_the_notes():  # V8
    found = diagrams()
    assert found.disagreements() == ()
    lines = [trace for trace in found.figures[0].data if trace["mode"] == "lines"]
    assert sum(len(trace["x"]) // 3 for trace in lines) == 20  # a line a weight


def test_a_seed_draws_the_same_again_and_another_differs():
    assert zig_zag(4).tables == zig_zag(4).tables != zig_zag(5).tables


@pytest.mark.parametrize(
    "experiment",
    [
        *(ten_layers, zig_zag, batch_norm, max_norm, residual, random_against_grid),
        *(ring, segmentation, sliding_window, perceptron_and_parity, nearest_neighbours),
        *(half_planes, diagrams),
    ],
)
def test_a_seed_out_of_range_is_refused(experiment):
    with pytest.raises(InputError, match="a seed must be a whole number from 0 to 4294967295; got -1"):
        experiment(-1)


def test_a_number_holds_inside_its_interval_alone():
    assert [between("x", value, 1.0, 2.0).holds for value in (0.99, 1.0, 2.0, 2.01, np.nan)] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert between("x", 1.5, 1.0, 2.0).expected == "1 to 2"


def test_a_claim_that_fails_is_told_and_marked():
    page = render_sheet(sheet(HOLDS, FAILS))
    assert sheet(HOLDS, FAILS).disagreements() == ("It is <not> so. Expected: 1. Measured: 2.",)
    assert 'class="verdict error"' in page and "It is &lt;not&gt; so." in page and "<not>" not in page
    assert 'class="verdict good"' in render_sheet(sheet(HOLDS))


def test_the_page_is_whole_and_loads_nothing():
    page = render_sheet(diagrams())
    body = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    ids = re.findall(r'\bid="([^"]*)"', body)
    assert len(ids) == len(set(ids)) and set(re.findall(r'href="#([^"]*)"', body)) <= set(ids)
    assert not re.search(r'(?:src|href)="(?!#|data:,)', body)
    assert re.findall(r'data-figure="([^"]*)"', body) == ["network-1", "network-2"]


def test_the_line_that_makes_it_again_names_the_seed_where_there_is_one():
    assert "thalweg lab odd --seed 3" in words(render_sheet(sheet(HOLDS)))
    said = words(render_sheet(sheet(HOLDS, seed=None)))
    assert "thalweg lab odd" in said and "seed" not in said


def test_it_is_written_whole_or_not_at_all(tmp_path):
    write_sheet(tmp_path / "page.html", sheet(HOLDS))
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == render_sheet(sheet(HOLDS))
    with pytest.raises(InputError, match="cannot write"):
        write_sheet(tmp_path / "nowhere" / "page.html", sheet(HOLDS))
