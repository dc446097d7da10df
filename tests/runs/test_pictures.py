"""What was seen inside a network, on disk and back, and what no run has written."""

import numpy as np
import pytest

from tests.runs.small import copy_of
from thalweg.archive import load, save
from thalweg.errors import InputError
from thalweg.recipe import fit
from thalweg.runs.pictures import NAME, read_pictures
from thalweg.runs.record import read_record
from thalweg.runs.reporting import read_run_outcome

LAYERS = "[{kind='convolution',filters=2},{kind='activation',function='relu'},{kind='dense',units=2}]"
SETTINGS = (f"network.layers={LAYERS}", "loss=softmax_cross_entropy", "training.batch=32", "update.rate=0.0001",
            "augment=['horizontal_flip']")  # fmt: skip


def _data():
    random = np.random.default_rng(0)
    return random.integers(0, 256, (120, 6, 5, 1), dtype=np.uint8), random.choice(["a", "b"], 120)


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """A run on images of noise with labels of chance, so that some are wrong."""
    folder = tmp_path_factory.mktemp("seen") / "runs"
    return fit(_data(), runs=str(folder), settings=SETTINGS, epochs=1, checks=False, attempts=0)


def same(one, other):
    """Equal, arrays by their entries."""
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def test_what_was_seen_comes_back_and_is_in_the_report(seen):
    inside = seen.outcome.inside
    assert inside.mistakes.wrong == len(inside.mistakes.rows) > 0
    assert same(read_run_outcome(seen.run).inside, inside)
    page = (seen.run / "report.html").read_text(encoding="utf-8")
    assert page.count('<img src="data:image/png;base64,') >= len(inside.mistakes.rows)
    assert "Worst errors on the validation part" in page


def test_a_mistake_names_a_row_of_its_part_and_shows_its_image(seen):
    images, labels = _data()
    for mistake, picture in zip(*seen.outcome.inside.mistakes[1:3], strict=True):
        np.testing.assert_array_equal(picture, images[mistake.row])
        assert mistake.truth == labels[mistake.row] != mistake.said and mistake.of_truth < 0.5 < mistake.of_said


def test_the_first_layer_is_that_of_the_best_weights(seen):
    first, w = seen.outcome.inside.first, np.asarray(seen.model.params["convolution_1"]["w"])
    assert (first.layer, first.size, first.among, first.classes) == ("convolution_1", (3, 3, 1), 2, ())
    expected = 128 + 127 * w[:, :, 0, 1] / np.abs(w[..., 1]).max()
    np.testing.assert_allclose(first.pictures[1, :, :, 0], expected, atol=0.51)


def test_the_example_is_followed_through_the_convolution(seen):
    example, images = seen.outcome.inside.example, _data()[0]
    np.testing.assert_array_equal(example.image[0], images[example.row])
    (maps,) = example.maps
    assert (maps.layer, maps.until, maps.size, maps.among, example.map_layers) == (
        "convolution_1", "activation_1", (4, 3), 2, 1,
    )  # fmt: skip
    assert maps.pictures.shape == (2, 4, 3, 1) and example.grad_cam.shape == (1, 4, 3, 1)
    assert example.saliency.max() == 255 and example.cam_layer == "convolution_1"


def test_each_draw_is_its_image_or_the_mirror_image_of_it(seen):
    sheet, images = seen.outcome.inside.sheet, _data()[0]
    np.testing.assert_array_equal(sheet.pictures, images[list(sheet.rows)])
    for row, draws in zip(sheet.rows, sheet.draws.reshape(8, 4, *images.shape[1:]), strict=True):
        for draw in draws:
            assert np.array_equal(draw, images[row]) or np.array_equal(draw, images[row][:, ::-1])


def test_without_the_file_the_rest_is_there(seen, tmp_path):
    run = copy_of(seen.run, tmp_path / "run")
    (run / NAME).unlink()
    outcome = read_run_outcome(run)
    assert outcome.inside is None and outcome.scores == seen.outcome.scores


def test_a_table_has_no_pictures(finished):
    assert finished.outcome.inside is None and not (finished.run / NAME).exists()


def rewritten(seen, folder, change):
    """A copy of the run whose pictures were changed and sealed again."""
    run = copy_of(seen.run, folder / "run")
    arrays, facts = load(run / NAME)
    change(arrays, facts)
    save(run / NAME, arrays, facts)
    return run


def _of(name, entry, value):
    return lambda arrays, facts: facts[name].update({entry: value})


def _array(name, value):
    return lambda arrays, facts: arrays.update({name: value})


def _shaped(*shape, name="mistakes", entry="pictures", dtype=np.uint8):
    return lambda arrays, facts: arrays.update({f"{name}.{entry}": np.zeros(shape, dtype)})


def _within(value, *path):
    """Another value at a path; of a number where a list is wanted, so many copies of its first entry."""

    def change(arrays, facts):
        for step in path[:-1]:
            facts = facts[step]
        held = facts[path[-1]]
        facts[path[-1]] = held[:1] * value if isinstance(held, list) and isinstance(value, int) else value

    return change


BAD = {
    "another run": (lambda arrays, facts: facts.update(run="x"), r"does not hold this run's pictures \(it is of anoth"),
    "no array": (lambda arrays, facts: arrays.pop("mistakes.pictures"), r"\(no 'mistakes.pictures'\)\. Remove it, or"),
    "floats": (_shaped(1, 2, 2, 1, dtype=np.float32), r"an array float32 \(1, 2, 2, 1\) for pictures"),
    "channels": (_shaped(1, 2, 2, 2), r"an array uint8 \(1, 2, 2, 2\) for pictures"),
    "rank": (_shaped(1, 2, 2), r"an array uint8 \(1, 2, 2\) for pictures"),
    "too many": (_shaped(13, 2, 2, 1), r"an array uint8 \(13, 2, 2, 1\)"),
    "too large": (_shaped(1, 129, 2, 1), r"an array uint8 \(1, 129, 2, 1\)"),
    "empty": (_shaped(1, 0, 2, 1), r"an array uint8 \(1, 0, 2, 1\)"),
    "one more": (_of("mistakes", "rows", []), "mistakes that do not add up"),
    "fewer wrong": (_of("mistakes", "wrong", 0), "mistakes that do not add up"),
    "fewer rows": (_of("mistakes", "among", 1), "mistakes that do not add up"),
    "no units": (_shaped(0, 3, 3, 1, name="first"), "a first layer that does not add up"),
    "units": (_shaped(3, 3, 3, 1, name="first"), "a first layer that does not add up"),
    "wide units": (_shaped(1, 3, 49, 1, name="first"), r"an array uint8 \(1, 3, 49, 1\)"),
    "classes": (_of("first", "classes", ["a"]), "a first layer that does not add up"),
    "no example": (_array("example.image", np.zeros((0, 2, 2, 1), np.uint8)), "an example that does not add up"),
    "colours": (_array("example.saliency", np.zeros((1, 2, 2, 3), np.uint8)), "an example that does not add up"),
    "layers": (_of("example", "map_layers", 0), "an example that does not add up"),
    "maps": (_shaped(3, 2, 2, 1, name="example.maps.0"), "maps that do not add up"),
    "colour maps": (_shaped(1, 2, 2, 3, name="example.maps.0"), "maps that do not add up"),
    "wide maps": (_shaped(1, 2, 49, 1, name="example.maps.0"), r"an array uint8 \(1, 2, 49, 1\)"),
    "rows of a sheet": (_of("sheet", "rows", [1]), "a contact sheet that does not add up"),
    "few images": (_of("sheet", "among", 7), "a contact sheet that does not add up"),
    "no draws": (_array("sheet.draws", np.zeros((0, 2, 2, 1), np.uint8)), "a contact sheet that does not add up"),
    "odd draws": (_array("sheet.draws", np.zeros((9, 2, 2, 1), np.uint8)), "a contact sheet that does not add up"),
    "more draws": (_array("sheet.draws", np.zeros((33, 2, 2, 1), np.uint8)), r"an array uint8 \(33, 2, 2, 1\)"),
    "wide draws": (_array("sheet.draws", np.zeros((8, 2, 65, 1), np.uint8)), r"an array uint8 \(8, 2, 65, 1\)"),
    "no layers": (lambda arrays, facts: facts.update(units=3), "units of no list of layers"),
    "many layers": (lambda arrays, facts: facts.update(units=[facts["units"][0]] * 13), "units of no list of layers"),
    "many units": (_within(65, "units", 0, "units"), "too many units"),
    "fewer units": (_within(1, "units", 0, "among"), "units that do not add up"),
    "more silent": (_within(3, "units", 0, "silent"), "units that do not add up"),
    "fewer outputs": (_within([], "units", 0, "units", 0, "values"), "a unit that does not add up"),
    "no patches": (_array("units.0.units.0.patches", np.zeros((0, 2, 2, 1), np.uint8)), "a unit that does not add up"),
    "more patches": (_shaped(10, 2, 2, 1, name="units.0.units.0", entry="patches"), r"an array uint8 \(10, 2, 2, 1\)"),
    "wide patches": (_shaped(9, 2, 49, 1, name="units.0.units.0", entry="patches"), r"an array uint8 \(9, 2, 49, 1\)"),
    "two made": (_shaped(2, 2, 2, 1, name="units.0.units.0", entry="made"), r"an array uint8 \(2, 2, 2, 1\)"),
    "none made": (_shaped(0, 2, 2, 1, name="units.0.units.0", entry="made"), "a unit that does not add up"),
    "a layer": (_within(3, "units", 0), r"units.0 must be a table; got 3"),
    "none asked": (_shaped(0, 2, 2, 1, name="retrieval", entry="asked"), "retrieved images that do not add up"),
    "more retrieved": (
        _shaped(39, 2, 2, 1, name="retrieval", entry="plain_pictures"), "retrieved images that do not add up",
    ),
    "fewer classes": (_within(["a"], "retrieval", "learned", 0, "classes"), "retrieved images that do not add up"),
    "wide retrieved": (
        _shaped(40, 2, 49, 1, name="retrieval", entry="learned_pictures"), r"an array uint8 \(40, 2, 49, 1\)",
    ),
    "a share": (_within("x", "retrieval", "plain_share"), "plain_share must be a finite number; got 'x'"),
    "no list": (_of("example", "maps", 3), r"\('int' object is not iterable\)"),
    "a type": (_of("mistakes", "part", 3), r"mistakes: part must be text; got 3"),
    "a table": (lambda arrays, facts: facts.update(mistakes=[1]), r"mistakes must be a table; got \[1\]"),
    "an example": (lambda arrays, facts: facts.update(example=[1]), r"example must be a table; got \[1\]"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "message"), BAD.values(), ids=BAD)
def test_what_no_run_has_written_is_refused(seen, tmp_path, change, message):
    run = rewritten(seen, tmp_path, change)
    with pytest.raises(InputError, match=message):
        read_pictures(run, read_record(run).identity)


def test_a_damaged_file_is_refused(seen, tmp_path):
    run = copy_of(seen.run, tmp_path / "run")
    content = bytearray((run / NAME).read_bytes())
    content[-1] ^= 1
    (run / NAME).write_bytes(bytes(content))
    with pytest.raises(InputError, match="its checksum does not hold"):
        read_run_outcome(run)
