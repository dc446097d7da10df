"""Further parts that do not suit the data, and labels that nothing can be learned from."""

from tests.cli.bad_making import Bad, all_of, beside, folders, good, holds, rows

FIT = "fit people.csv --target species"
INCOME = "fit people.csv --target income"


_HEAD = "age,town,day,weight,team,species,member,income"
_ROW = "30,A,2024-01-01,1,t1,ash,no,2.5"


def _nothing_may_be_written(folder):
    good(folder)
    (folder / "locked").mkdir(mode=0o500)


PARTS = [
    Bad(
        "test data missing",
        FIT + " --test-data gone.csv",
        "there is no file gone.csv; check the name and the folder",
        good,
    ),
    Bad(
        "test data empty",
        FIT + " --test-data t.csv",
        "t.csv is empty; a table with at least one row is wanted",
        beside("t.csv", ""),
    ),
    Bad(
        "test data with other columns",
        FIT + " --test-data t.csv",
        "t.csv has no columns 'age', 'town', 'day', ... which the model was trained with; add them",
        beside("t.csv", rows("a,b,species", "1,2,ash")),
    ),
    Bad(
        "test data without the target",
        FIT + " --test-data t.csv",
        "t.csv has no column 'species', which holds the labels; add it",
        beside("t.csv", rows(_HEAD.replace(",species", ""), _ROW.replace(",ash", ""))),
    ),
    Bad(
        "test data with an unknown label",
        FIT + " --test-data t.csv",
        "t.csv, line 3: the label 'yew' is none of the 3 ... leave the cell empty to leave the row out",
        beside("t.csv", rows(_HEAD, _ROW, _ROW.replace("ash", "yew"))),
    ),
    Bad(
        "test data without labels",
        FIT + " --test-data t.csv",
        "no row has a label in 'species'; give a file ... with labels instead of t.csv",
        beside("t.csv", rows(_HEAD, _ROW.replace("ash", "?"))),
    ),
    Bad(
        "test data with a word for a number",
        FIT + " --test-data t.csv",
        "t.csv, line 2, column 'age': 'old' is not a ... correct or empty the cell",
        beside("t.csv", rows(_HEAD, _ROW.replace("30", "old"))),
    ),
    Bad(
        "test data of another form",
        FIT + " --test-data digits",
        "the labels of 'digits' are not those of the ... give more of the same",
        good,
    ),
    Bad(
        "test data a folder",
        FIT + " --test-data box",
        "box is a folder, and not one of images in class ... a table is one file, such as box/table.csv",
        all_of(good, folders("box")),
    ),
    Bad(
        "validation data missing",
        FIT + " --validation-data gone.csv",
        "there is no file gone.csv; check the name and the folder",
        good,
    ),
    Bad(
        "validation data with other columns",
        FIT + " --validation-data t.csv",
        "t.csv has no columns 'age', 'town', 'day', ... which the model was trained with; add them",
        beside("t.csv", rows("a,b,species", "1,2,ash")),
    ),
    Bad(
        "validation data with an unknown label",
        FIT + " --validation-data t.csv",
        "t.csv, line 2: the label 'yew' is none of the 3 ... leave the cell empty to leave the row out",
        beside("t.csv", rows(_HEAD, _ROW.replace("ash", "yew"))),
    ),
    Bad(
        "validation data without the target",
        FIT + " --validation-data t.csv",
        "t.csv has no column 'species', which holds the labels; add it",
        beside("t.csv", rows(_HEAD.replace(",species", ""), _ROW.replace(",ash", ""))),
    ),
    Bad(
        "validation data infinite",
        INCOME + " --validation-data t.csv",
        "t.csv, line 2: a regression needs finite ... to leave the row out, or use --task classes",
        beside("t.csv", rows(_HEAD, _ROW.replace("2.5", "inf"))),
    ),
    Bad(
        "validation data ragged",
        FIT + " --validation-data t.csv",
        "t.csv, line 3: wanted 8 cells, as in line 1, ... or put quotes around a cell that holds one",
        beside("t.csv", rows(_HEAD, _ROW, "1,2")),
    ),
    Bad(
        "everything in the other parts",
        FIT + " --test-data t.csv --validation-data t.csv",
        "no row has a label in 'species'; give a file ... with labels instead of t.csv",
        all_of(holds("people.csv", rows("a,species", "1.5,ash", "2,elm")), holds("t.csv", rows("a,species", "3,?"))),
    ),
]

_CLASSES = "".join(f"{k % 97},c{k}\n" for k in range(10_001))
LABELS = [
    Bad(
        "one class",
        "fit a.csv --target y",
        "every label in 'y' is 'u'; at least two classes ... Choose another target",
        holds("a.csv", rows("a,y", "1,u", "2,u", "3,u", times=9)),
    ),
    Bad(
        "one class, spelt in two ways",
        "fit a.csv --target y",
        "every label in 'y' is 'up'; at least two ... Choose another target",
        holds("a.csv", rows("a,y", "1,up", "2,UP.", "3,up", times=9)),
    ),
    Bad(
        "one amount",
        "fit a.csv --target y",
        "every label in 'y' is 0.5: there is nothing to learn. Choose another",
        holds("a.csv", rows("a,y", "1,0.5", "2,0.5", "3,0.50", times=9)),
    ),
    Bad(
        "no label",
        "fit a.csv --target y",
        "no row has a label in 'y'; choose another ... target, or fill in its labels",
        holds("a.csv", rows("a,y", "1,", "2,NA", "3,?", times=9)),
    ),
    Bad(
        "one label",
        "fit a.csv --target y",
        "every label in 'y' is 'u'; at least two classes ... Choose another target",
        holds("a.csv", rows("a,y", "1,", "2,NA", "3,?", times=9) + "4,u\n"),
    ),
    Bad(
        "amounts with an infinity",
        "fit a.csv --target y",
        "a.csv, line 32: the labels in 'y' are numbers ... or empty these cells, or use --task classes",
        holds("a.csv", "a,y\n" + "".join(f"{k}.5,{k}.25\n" for k in range(30)) + "3,inf\n"),
    ),
    Bad(
        "amounts with an infinity, as regression",
        "fit a.csv --target y --task regression",
        "a.csv, line 3: a regression needs finite ... to leave the row out, or use --task classes",
        holds("a.csv", rows("a,y", "1,0.5", "2,-Infinity", "3,1.5", times=9)),
    ),
    Bad(
        "amounts with a word",
        "fit a.csv --target y",
        "a.csv, line 32: the labels in 'y' are numbers ... or empty these cells, or use --task classes",
        holds("a.csv", "a,y\n" + "".join(f"{k},{k}.5\n" for k in range(30)) + "31,n/k\n"),
    ),
    Bad(
        "10,001 classes",
        "fit a.csv --target y",
        "'y' has 10,001 classes; at most 10,000 can be ... --task regression if its values are amounts",
        holds("a.csv", "a,y\n" + _CLASSES),
    ),
    Bad(
        "every row its own class",
        "fit a.csv --target y",
        "a has too few rows to divide: the validation ... files with --validation-data, --test-data",
        holds("a.csv", "a,y\n" + "".join(f"{k * k},n{k}\n" for k in range(200))),
    ),
    Bad(
        "every row its own whole number, as classes",
        "fit a.csv --target y --task classes",
        "a has too few rows to divide: the validation ... files with --validation-data, --test-data",
        holds("a.csv", "a,y\n" + "".join(f"{k * k},{k}\n" for k in range(200))),
    ),
    Bad(
        "one row of each class",
        "fit a.csv --target y",
        "a has too few rows to divide: the validation ... files with --validation-data, --test-data",
        holds("a.csv", rows("a,y", "1,u", "5,v", "3,w")),
    ),
    Bad(
        "amounts beyond every float",
        "fit a.csv --target y --task regression",
        "a.csv, line 2: a regression needs finite ... to leave the row out, or use --task classes",
        holds("a.csv", rows("a,y", "1,1e999", "2,2", "3,3", times=9)),
    ),
    Bad(
        "one class of 100,000 letters",
        "fit a.csv --target y",
        "every label in 'y' is ... Choose another target",
        holds("a.csv", f"a,y\n1,{'u' * 100_000}\n2,{'u' * 100_000}\n"),
    ),
]
