"""Which column of a table names image files, and that no path leads out of the table's folder."""

import re

import polars as pl
import pytest
from tests.data.images.listing import write_image, write_table

from thalweg.data.images.paths import files_below, image_columns, name_columns, path_column
from thalweg.data.tables.pick import pick_table
from thalweg.errors import InputError, shown


def read(file):
    return pick_table(file).table


@pytest.fixture
def folder(tmp_path):
    """A folder with an image in it and another beside it."""
    write_image(tmp_path / "mine" / "in" / "1.png")
    write_image(tmp_path / "theirs" / "2.png")
    return tmp_path / "mine"


def test_a_column_of_paths_ends_as_images_do_in_every_filled_cell():
    frame = pl.DataFrame(
        {
            "upper": ["A.JPG", "b.tiff", None],
            "mixed": ["a.png", "b.txt", "c.png"],
            "empty": pl.Series([None, None, None], dtype=pl.String),
            "number": [1, 2, 3],
            "within": ["a.png.txt", "b.pngs", "c.xpng"],
            "last": ["x\\y.webp", "z.pgm", "w.gif"],
        }
    )
    assert image_columns(frame) == ("upper", "last")


def test_the_only_column_without_another_use_is_the_one(tmp_path):
    table = read(write_table(tmp_path / "t.csv", "mask,photo,y", "a.png,b.png,1", "c.png,d.png,2"))
    assert path_column(table, without={"mask", "y", None}) == "photo"
    with pytest.raises(InputError) as caught:
        path_column(table, without=())
    assert str(caught.value) == (
        f"{tmp_path}/t.csv has 2 columns of image files: 'mask', 'photo'. Leave one in the table; fit leaves the "
        "others out with --drop."
    )


@pytest.mark.parametrize(
    ("cells", "hint"),
    [
        (
            ("a.png", "notes.txt", "b.jpg"),
            "'photo' would be one but for line 3: 'notes.txt'. Correct or empty the cell.",
        ),
        (("a", "b", "c"), "Write the name of each image file, its ending too, into one."),
    ],
)
def test_none_is_refused_with_what_was_nearly_one(tmp_path, cells, hint):
    lines = [f"{cell},{k}" for k, cell in enumerate(cells)]
    table = read(write_table(tmp_path / "t.csv", "photo,y", *lines))
    with pytest.raises(InputError) as caught:
        path_column(table, without={"y"})
    assert str(caught.value) == (
        f"{tmp_path}/t.csv has no column of image files, whose cells all end in .jpg, .jpeg, .png or the like; there "
        f"are, without those of another use: 'photo'. {hint}"
    )


def test_no_column_left_is_said_so(tmp_path):
    table = read(write_table(tmp_path / "t.csv", "photo,y", "a.png,1", "b.png,2"))
    with pytest.raises(InputError, match=re.escape("those of another use: none. Write the name")):
        path_column(table, without={"photo", "y"})


def test_paths_are_relative_to_the_folder_and_written_on_any_machine(folder):
    lines = ["in/1.png", "in\\1.png", "./in/../in/1.png", str(folder / "in" / "1.png"), "?", "in/none.png"]
    table = read(write_table(folder / "t.csv", "photo,n", *(f"{line},{k}.5" for k, line in enumerate(lines))))
    one = folder / "in" / "1.png"
    assert files_below(table, "photo", folder) == (one, one, one, one, None, folder / "in" / "none.png")


def test_a_link_within_the_folder_is_followed(folder):
    (folder / "l.png").symlink_to("in/1.png")
    table = read(write_table(folder / "t.csv", "photo,n", "l.png,1", "in/1.png,2"))
    assert files_below(table, "photo", folder) == (folder / "in" / "1.png",) * 2


def test_a_folder_that_is_itself_a_link_is_one(folder):
    (folder.parent / "link").symlink_to(folder)
    table = read(write_table(folder / "t.csv", "photo,n", "in/1.png,1", f"{folder}/in/1.png,2"))
    one = folder.parent / "link" / "in" / "1.png"
    assert files_below(table, "photo", folder.parent / "link") == (one, one)


@pytest.mark.parametrize(
    "path",
    [
        "../theirs/2.png",
        "..\\theirs\\2.png",
        "in/../../theirs/2.png",
        "/etc/2.png",
        "\\\\host\\2.png",
        "../mine2/2.png",
    ],
)
def test_a_path_that_leads_out_is_refused_by_row(folder, path):
    write_image(folder.parent / "mine2" / "2.png")  # begins like the folder's name
    refused(folder, path)


def test_an_absolute_path_or_a_link_that_leads_out_is_refused(folder):
    refused(folder, str(folder.parent / "theirs" / "2.png"))
    (folder / "link.png").symlink_to(folder.parent / "theirs" / "2.png")
    refused(folder, "link.png")
    (folder / "door").symlink_to(folder.parent / "theirs")
    refused(folder, "door/2.png")


def test_links_in_a_circle_lead_nowhere(folder):
    (folder / "round.png").symlink_to(folder / "square.png")
    (folder / "square.png").symlink_to(folder / "round.png")
    table = read(write_table(folder / "t.csv", "photo,n", "in/1.png,1", "round.png,2"))
    try:
        found = files_below(table, "photo", folder)
    except InputError as error:  # as Python before 3.13 has it
        assert "line 3, column 'photo': 'round.png' is no path" in str(error)
    else:
        assert not found[1].exists()


def test_a_path_that_no_file_can_have_is_refused(folder):
    pl.DataFrame({"photo": ["in/1.png", "in/\0.png"], "n": [1, 2]}).write_parquet(folder / "t.parquet")
    with pytest.raises(
        InputError, match=r"t\.parquet, row 1 \(counted from 0\), column 'photo': 'in/\\x00\.png' is no"
    ):
        files_below(read(folder / "t.parquet"), "photo", folder)


def refused(folder, path):
    table = read(write_table(folder / "t.csv", "photo,n", "in/1.png,1", f"{path},2"))
    with pytest.raises(InputError) as caught:
        files_below(table, "photo", folder)
    assert str(caught.value) == (
        f"{folder}/t.csv, line 3, column 'photo': {shown(path)} is no path below the table's folder, and nothing "
        "elsewhere is opened. Copy the image into that folder and write its path from there, or drop the row."
    )


def test_many_columns_are_named_in_part():
    assert name_columns([f"c{k}" for k in range(12)]) == ", ".join(f"'c{k}'" for k in range(10)) + " and 2 more"
