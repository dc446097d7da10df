"""What a network makes of images, as the page shows it."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from tests.report.example import HOSTILE, classes
from tests.report.test_page import Reader

from thalweg.report.followed import seen
from thalweg.report.inside import contact_sheet, errors, first_layer
from thalweg.report.look import render_look
from thalweg.report.page import render
from thalweg.report.picture import pictured
from thalweg.report.retrieved import retrieved
from thalweg.report.units import unit_table
from thalweg.runs.inside import (
    Example,
    FirstLayer,
    Inside,
    Maps,
    Mistake,
    Mistakes,
    Nearest,
    Retrieval,
    Sheet,
    Unit,
    Units,
)


def mistakes(count=2, **changes):
    rows = tuple(Mistake(1000 + k, "cat", "dog", 0.01 * k, 0.9) for k in range(count))
    pictures = np.random.default_rng(0).integers(0, 256, (count, 8, 4, 3), dtype=np.uint8)
    return Mistakes("validation", rows, pictures, count, 360, True)._replace(**changes)


def page_of(inside, **changes):
    return Reader(render(classes(inside=inside, **changes)))


def test_each_mistake_has_its_image_and_its_words():
    reader = page_of(Inside(mistakes()))
    shown = reader.all("img")
    assert [image["alt"] for image in shown] == ["row 1000: cat, taken for dog", "row 1001: cat, taken for dog"]
    assert {(image["width"], image["height"]) for image in shown} == {("52", "104")}
    content = base64.b64decode(shown[1]["src"].partition(",")[2])
    with Image.open(io.BytesIO(content)) as image:
        np.testing.assert_array_equal(np.asarray(image), mistakes().pictures[1])
    assert "cat taken for dog 90% sure; 1% for the true class; row 1,001" in reader.text().replace(".0%", "%")
    assert "2 rows of 360 were taken for another class, the worst first." in reader.text()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"count": 1}, "1 row of 360 was taken for another class."),
        (
            {"wrong": 7},
            "7 rows of 360 were taken for another class; shown are the 2 whose true class got the lowest "
            "probability, the worst first.",
        ),
        (
            {"count": 1, "wrong": 7, "probable": False},
            "7 rows of 360 were taken for another class; shown are the 1 whose true class fell furthest behind.",
        ),
    ],
)
def test_the_sentence_counts(changes, sentence):
    assert errors(mistakes(**changes)).sentence == sentence


def test_scores_are_no_shares():
    scored = Mistake(3, "cat", "dog", 1.25, 2.5)
    text = page_of(Inside(mistakes(1, rows=(scored,), probable=False))).text()
    assert "score 2.5; 1.25 for the true class; row 3" in text


def test_hostile_classes_stay_text():
    hostile = Mistake(3, HOSTILE, f'" onload="{HOSTILE}', 0.1, 0.9)
    reader = page_of(Inside(mistakes(1, rows=(hostile,))))
    assert len(reader.all("img")) == 1
    assert not [name for _, attrs in reader.elements for name in attrs if name.startswith("on")]


def test_without_mistakes_there_is_no_list():
    none = mistakes(0, pictures=np.zeros((0, 8, 4, 3), np.uint8))
    for inside in (Inside(none), None):
        reader = page_of(inside)
        assert reader.all("img") == [] and "Worst errors" not in reader.text()


def test_a_picture_keeps_its_proportions_and_is_never_flat():
    (wide,) = pictured(np.zeros((1, 1, 300, 1), np.uint8), side=100)
    assert (wide.width, wide.height) == (100, 1)


def layer(units=2, **changes):
    pictures = np.full((units, 5, 5, 3), 128, np.uint8)
    return FirstLayer("convolution_1", pictures, (5, 5, 3), units, ())._replace(**changes)


def test_a_first_layer_has_a_picture_a_unit():
    reader = page_of(Inside(first=layer()))
    assert [image["alt"] for image in reader.all("img")] == ["weights of unit 1", "weights of unit 2"]
    assert "What the first layer looks for: convolution_1 2 filters of 5 x 5 x 3 weights." in reader.text()
    assert "each channel in its colour" in reader.text() and "#inside" in [a["href"] for a in reader.all("a")]


def test_templates_are_named_by_their_classes():
    reader = page_of(Inside(first=layer(classes=("cat", HOSTILE), size=(5, 5, 1))))
    assert "The template of each class: convolution_1 2 templates of 5 x 5 x 1 weights." in reader.text()
    assert len(reader.all("img")) == 2 and "cat" in reader.texts and "in its colour" not in reader.text()
    assert not [name for _, attrs in reader.elements for name in attrs if name.startswith("on")]


def test_of_many_units_it_is_said_how_many_are_shown():
    sentence = first_layer(layer(among=300)).sentence
    assert sentence == "300 filters of 5 x 5 x 3 weights, of which the first 2 are shown."


def example(**changes):
    maps = Maps("convolution_1", "activation_1", np.zeros((2, 4, 4, 1), np.uint8), (4, 4), 6, 1, False)
    white = np.full((1, 4, 4, 1), 255, np.uint8)
    cam = np.array([[0, 255]], np.uint8).reshape(1, 1, 2, 1)
    made = Example("validation", 1258, "cat", 0.98, True, white, white, cam, "convolution_1", (maps,), 3)
    return made._replace(**changes)


def test_an_image_is_followed_with_its_saliency_and_its_maps():
    text = page_of(Inside(example=example())).text()
    assert "Row 1,258 of the data, recognised as cat with a probability of 98.0%: of the rows of the val" in text
    assert "places of convolution_1 that speak for its class" in text
    said = "6 maps of 4 x 4, behind activation_1, of which the first 2 are shown; 1 of them is 0 throughout."
    assert f"Maps of convolution_1 {said} In all of them black is 0 and white the layer's largest number." in text
    assert "2 convolutional layers in between are left out." in text
    assert len(page_of(Inside(example=example())).all("img")) == 4 + 2


def test_without_convolutions_there_is_the_saliency_alone():
    reader = page_of(Inside(example=example(grad_cam=None, cam_layer="", maps=(), map_layers=0)))
    assert [image["alt"] for image in reader.all("img")] == ["the image", "its saliency"]
    assert "Grad-CAM" not in reader.text() and "in between" not in reader.text()


def test_a_score_is_called_one_and_maps_with_a_sign_are_grey_at_0():
    maps = example().maps[0]._replace(signed=True, until="convolution_1", silent=0, among=2)
    found = seen(example(probable=False, certainty=2.5, maps=(maps,), truth=HOSTILE))
    assert "with a score of 2.5:" in found.sentence
    said = "2 maps of 4 x 4. In all of them mid-grey is 0, white or black the layer's largest number."
    assert found.layers[0].sentence == said
    assert len(page_of(Inside(example=example(truth=HOSTILE, cam_layer=HOSTILE))).all("img")) == 6


def test_the_image_is_dim_where_nothing_speaks_for_the_class():
    # Centres of 4 columns at 1/8, 3/8, 5/8, 7/8 between those of 2 places, 1/4 and 3/4: light 0, 1/4, 3/4, 1 of white,
    # so 255 (0.2 + 0.8 light).
    content = base64.b64decode(seen(example()).lit.address.partition(",")[2])
    with Image.open(io.BytesIO(content)) as image:
        assert np.asarray(image).tolist() == [[51, 102, 204, 255]] * 4


def sheet(images=2, draws=3, among=1320):
    black = np.zeros((images, 4, 4, 1), np.uint8)
    numbered = np.repeat(np.arange(images * draws, dtype=np.uint8), 16).reshape(-1, 4, 4, 1)
    return Sheet(tuple(range(7, 7 + images)), black, numbered, among)


def test_each_training_image_has_its_own_draws_behind_it():  # D12
    reader = page_of(Inside(sheet=sheet()))
    shown = reader.all("img")
    draws = [f"the same in epoch {k}" for k in (1, 2, 3)]
    assert [image["alt"] for image in shown] == ["row 7, as it is", *draws, "row 8, as it is", *draws]
    content = base64.b64decode(shown[5]["src"].partition(",")[2])
    with Image.open(io.BytesIO(content)) as image:  # the second image's first draw is the fourth of all
        assert np.unique(np.asarray(image)).tolist() == [3]
    said = "2 of 1,320 training images, and behind each what stands in its place in epochs 1 to 3."
    assert said in reader.text() and "#inside" in [a["href"] for a in reader.all("a")]
    one = "1 of 1 training image, and behind each what stands in its place in epoch 1."
    assert contact_sheet(sheet(1, 1, 1)).sentence == one


def test_of_mixed_images_it_is_said_and_nobody_has_to_tell_their_class():
    assert contact_sheet(sheet()._replace(mixed="cutmix")).sentence.endswith(
        " 1 to 3, mixed with other images by cutmix."
    )
    told = [page_of(Inside(sheet=sheet()._replace(mixed=kind))).text() for kind in ("", "cutmix")]
    assert ["whose class cannot be told any more" in text for text in told] == [True, False]


def unit(number=0, *, name="", made=True):
    patches = np.full((3, 4, 4, 1), number, np.uint8)
    return Unit(number, name, (1258, 7, 8), (2.5, 2.0, 1.0), patches, patches[:1] + 9 if made else None, 7.25 * made)


def units(*shown, **changes):
    layer = Units("convolution_1", "activation_1", shown or (unit(0), unit(4)), 6, 1, (4, 4), "validation", 330)
    return layer._replace(**changes)


def test_each_unit_has_what_was_made_for_it_and_its_patches():  # V11
    reader = page_of(Inside(units=(units(),)))
    rows = ["row 1,258: output 2.5", "row 7: output 2", "row 8: output 1"]
    assert [image["alt"] for image in reader.all("img")] == [
        "made to excite unit 1", *rows, "made to excite unit 5", *rows,
    ]  # fmt: skip
    text = reader.text()
    assert "Units of convolution_1 6 units, behind activation_1, of which 2 are shown. Each sees 4 x 4 pixels." in text
    assert "1 unit of the layer gives the same on all 330 images." in text
    assert "the patches of 330 images of the validation part that excite it the most" in text
    assert "7.25" in reader.texts and "up to 2.5" in reader.texts
    assert "#inside" in [a["href"] for a in reader.all("a")]


def test_where_no_image_was_made_the_page_says_how_to_get_them():
    layer = units(unit(made=False), silent=0, until="convolution_1", among=1, unmade="time")
    reader = page_of(Inside(units=(layer,)))
    assert len(reader.all("img")) == 3 and "thalweg look" in reader.texts and "Made to excite it" not in reader.texts
    text = page_of(Inside(units=(layer._replace(unmade="pixels"),))).text()
    assert "What the network sees are no pixels any more" in text and "thalweg look" not in text
    assert unit_table(layer).sentence == "1 unit. Each sees 4 x 4 pixels."


def test_units_of_the_last_layer_have_the_names_of_their_classes():
    reader = page_of(Inside(units=(units(unit(name="cat"), unit(1, name=HOSTILE)),)))
    assert "cat" in reader.texts and len(reader.all("img")) == 8
    assert not [name for _, attrs in reader.elements for name in attrs if name.startswith("on")]


def found(**changes):
    black = np.zeros((2, 4, 4, 1), np.uint8)
    nearest = (Nearest(3, "cat", (10, 11), ("cat", HOSTILE)), Nearest(4, "dog", (12, 13), ("cat", "dog")))
    numbered = np.repeat(np.arange(4, dtype=np.uint8), 16).reshape(4, 4, 4, 1)
    pictures = (black, numbered, 100 + numbered)
    whole = Retrieval("validation", "max_pooling_3", 2048, nearest, nearest[::-1], *pictures, 0.966, 0.58, 330, 1320)
    return whole._replace(**changes)


def test_the_nearest_images_stand_beside_each_that_was_asked_about():  # K8
    reader = page_of(Inside(retrieval=found()))
    shown = reader.all("img")
    assert len(shown) == 2 * (1 + 2 + 2) and shown[0]["alt"] == "row 3" and shown[1]["alt"] == "row 10: cat"
    assert [attrs["class"] for tag, attrs in reader.elements if tag == "li" and "class" in attrs].count("same") == 4
    said = (
        "Of the 2 nearest, 96.6% are of the same class by the 2,048 outputs of max_pooling_3, 58.0% by plain pixels: "
    )
    assert f"{said}asked about 330 images, of 1,320 training images." in reader.text()
    content = base64.b64decode(shown[8]["src"].partition(",")[2])
    with Image.open(io.BytesIO(content)) as image:  # of the second image the first that pixels found: the third of all
        assert np.unique(np.asarray(image)).tolist() == [102]
    assert not [name for _, attrs in reader.elements for name in attrs if name.startswith("on")]


def test_one_nearest_is_one():
    one = (Nearest(3, "cat", (10,), ("cat",)), Nearest(4, "dog", (12,), ("cat",)))
    few = np.zeros((2, 4, 4, 1), np.uint8)
    said = retrieved(found(learned=one, plain=one, learned_pictures=few, plain_pictures=few)).sentence
    assert said.startswith("Of the nearest one, 96.6% is of the same class")


def test_a_look_is_a_page_of_its_own():
    reader = Reader(render_look(HOSTILE, Inside(example=example(said="dog"), units=(units(),), retrieval=found())))
    assert len(reader.all("img")) == 6 + 8 + 10
    assert (
        "Row 1,258 of the data, of the validation part: cat, taken for dog, with a probability of 98.0%"
        in reader.text()
    )
    assert not [name for _, attrs in reader.elements for name in attrs if name.startswith("on")]
    assert "recognised as that" in seen(example(said="cat")).sentence
