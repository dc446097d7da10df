"""Columns and scores that do not go with the data."""

from tests.cli.bad_making import Bad, good, holds, rows

FIT = "fit people.csv --target species"
INCOME = "fit people.csv --target income"

COLUMNS = [
    Bad(
        "no target",
        "fit people.csv",
        "which column of people.csv is to be predicted? ... day, weight, team, species, member, income",
        good,
    ),
    Bad(
        "target unknown",
        "fit people.csv --target specis",
        "unknown column for --target 'specis'. Did you ... day, weight, team, species, member, income",
        good,
    ),
    Bad(
        "target empty",
        "fit people.csv --target ''",
        "--target has an empty name in ''. Write names apart by one comma",
        good,
    ),
    Bad(
        "a target twice",
        "fit people.csv --target member,6",
        "column 'member' is given to --target twice; name it once",
        good,
    ),
    Bad(
        "a target of several unknown",
        "fit people.csv --target member,specis",
        "unknown column for --target 'specis'. Did you ... day, weight, team, species, member, income",
        good,
    ),
    Bad(
        "a target of several with more than two answers",
        "fit people.csv --target member --target species",
        "'species' holds 3 different values ... or predict it in a run of its own",
        good,
    ),
    Bad(
        "a target of several that is dropped",
        "fit people.csv --target member,town --drop town",
        "column 'town' is given to --target and to --drop; choose one of them",
        good,
    ),
    Bad(
        "several targets for a regression",
        "fit people.csv --target age,income --task regression",
        "--task regression is for one target; got 2: 'age', 'income' ... each with its own yes or no",
        good,
    ),
    Bad(
        "several targets of a built-in set",
        "fit digits --target a,b",
        "--target: only a table has columns for several targets; the data are built-in. Name one",
        good,
    ),
    Bad(
        "target beyond the last",
        "fit people.csv --target 8",
        "--target 8: the table has 8 columns, at ... day, weight, team, species, member, income",
        good,
    ),
    Bad(
        "target before the first",
        "fit people.csv --target=-9",
        "--target -9: the table has 8 columns, at ... day, weight, team, species, member, income",
        good,
    ),
    Bad(
        "target hostile",
        "fit people.csv --target '\x1b[31m</script>\n\u202e'",
        "unknown column for --target ... day, weight, team, species, member, income",
        good,
    ),
    Bad(
        "target by name where there is no header",
        FIT + " --header no",
        "unknown column for --target 'species'. There ... by position from 0 (as --header no says)",
        good,
    ),
    Bad(
        "target of a built-in set",
        "fit iris --target petal",
        "iris has a target of its own, 'species' ... leave out --target and --task",
        good,
    ),
    Bad(
        "drop unknown",
        FIT + " --drop agee",
        "unknown column for --drop 'agee'. Did you mean ... day, weight, team, species, member, income",
        good,
    ),
    Bad(
        "drop beyond the last",
        FIT + " --drop 99",
        "--drop 99: the table has 8 columns, at ... day, weight, team, species, member, income",
        good,
    ),
    Bad(
        "drop the target",
        FIT + " --drop species",
        "column 'species' is given to --target and to ... choose one of them",
        good,
    ),
    Bad(
        "drop everything",
        FIT + " --drop age,town,day,weight,team,member,income",
        "people.csv: no column is left as an input. Give ... columns than the target, or leave out fewer",
        good,
    ),
    Bad(
        "group is the target",
        FIT + " --group species",
        "column 'species' is given to --target and to ... choose one of them",
        good,
    ),
    Bad(
        "group unknown",
        FIT + " --group nation",
        "unknown column for --group 'nation'. Did you ... day, weight, team, species, member, income",
        good,
    ),
    Bad(
        "one group alone",
        "fit a.csv --target y --group g",
        "a has too few rows to divide: the validation ... files with --validation-data, --test-data",
        holds("a.csv", rows("a,g,y", "1.5,t,u", "2.5,t,v", "4,t,u", times=9)),
    ),
    Bad(
        "group with missing cells",
        "fit a.csv --target y --group g",
        "a.csv, line 3, column 'g': every row needs a ... Fill it in, or drop the row",
        holds("a.csv", rows("a,g,y", "1.5,t,u", "2.5,,v", "4,s,u", times=9)),
    ),
    Bad(
        "group and time",
        FIT + " --group team --time-column day",
        "rows can be divided by groups or by time, not ... give --group or --time-column",
        good,
    ),
    Bad(
        "time column of names",
        FIT + " --time-column town",
        "people.csv, line 2, column 'town': a time must ... Fill it in, or drop the row",
        good,
    ),
    Bad(
        "time column of two times",
        FIT + " --time-column weight",
        "dividing by time into 3 parts needs at least 3 ... time column, or leave out --time-column",
        good,
    ),
    Bad(
        "weight column of names",
        FIT + " --weight-column town",
        "people.csv, line 2, column 'town': a weight ... Fill it in, or drop the row",
        good,
    ),
    Bad(
        "weight column not positive",
        FIT + " --weight-column income",
        "people.csv, line 2, column 'income': a weight ... Fill it in, or drop the row",
        good,
    ),
    Bad(
        "id is the target",
        FIT + " --id species",
        "column 'species' is given to --target and to --id; choose one of them",
        good,
    ),
    Bad(
        "two uses of a column",
        FIT + " --numeric age --drop age",
        "column 'age' is given to --drop and to --numeric; choose one of them",
        good,
    ),
    Bad(
        "numeric column of names",
        FIT + " --numeric town",
        "people.csv, line 2, column 'town': 'A' is not a ... cell, or leave the column out of --numeric",
        good,
    ),
    Bad(
        "text for a regression",
        FIT + " --task regression",
        "people.csv, line 2: a regression needs finite ... to leave the row out, or use --task classes",
        good,
    ),
    Bad(
        "header although there is none",
        "fit a.csv --target y --header yes",
        "unknown column for --target 'y'. There are: 1, 2, u",
        holds("a.csv", rows("1,2,u", "3,4,v")),
    ),
]

SCORES = [
    Bad(
        "metric unknown",
        FIT + " --metric acuracy",
        "unknown metric 'acuracy'. Did you mean ... cross_entropy, r2, rmse, mae",
        good,
    ),
    Bad(
        "metric of probabilities for a loss that gives scores",
        FIT + " --set loss=multiclass_hinge --metric cross_entropy",
        "the loss MulticlassHinge gives scores and no probabilities ... Use --metric accuracy",
        good,
    ),
    Bad(
        "loss of two classes for three",
        FIT + " --set loss=hinge",
        "the loss Hinge with its sign head is for 2 classes; the data have 3. Use --set loss=multiclass_hinge.",
        good,
    ),
    Bad(
        "five classes looked for among three",
        FIT + " --metric top_5_error",
        "--metric top_5_error looks for the right class among the first 5; the data have 3 classes, so it would always "
        "be there. Use --metric accuracy.",
        good,
    ),
    Bad(
        "metric of regression for classes",
        FIT + " --metric r2",
        "unknown metric for classes 'r2'. There are: ... accuracy, balanced_accuracy, cross_entropy",
        good,
    ),
    Bad(
        "metric of classes for a regression",
        INCOME + " --metric accuracy",
        "unknown metric for regression 'accuracy'. There are: r2, rmse, mae",
        good,
    ),
    Bad(
        "class weights for a regression",
        INCOME + " --class-weight balanced",
        "--class-weight balanced is for classes; the ... Leave it out",
        good,
    ),
]
