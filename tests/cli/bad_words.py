"""Options that cannot be meant: unknown, of a wrong type, out of range, at odds with each other."""

from tests.cli.bad_making import Bad, beside, good

FIT = "fit people.csv --target species"


WORDS = [
    Bad(
        "unknown verb",
        "trian people.csv",
        "unknown command 'trian'. There are: fit, search, ... See thalweg --help",
        good,
    ),
    Bad(
        "unknown option",
        FIT + " --epoch 3",
        "Unknown option: --epoch. Did you mean --epochs? See thalweg fit --help",
        good,
    ),
    Bad("unknown short option", FIT + " -x", "Unknown option: -x. See thalweg fit --help", good),
    Bad(
        "two data sets",
        "fit people.csv iris",
        "thalweg fit has no use for 'iris'. Quote a name ... See thalweg fit --help",
        good,
    ),
    Bad("no data", "fit", "thalweg fit needs DATA. See thalweg fit --help", good),
    Bad(
        "--target without a value",
        "fit people.csv --target",
        "--target needs a value; one that begins with a ... See thalweg fit --help",
        good,
    ),
    Bad(
        "unknown monitors",
        FIT + " --monitors al",
        'Invalid value "al" for --monitors. Choose from: "none", "default", "full". See thalweg fit --help',
        good,
    ),
    Bad(
        "--group twice",
        FIT + " --group town --group team",
        "Parameter --group specified multiple times. See thalweg fit --help",
        good,
    ),
    Bad(
        "--epochs text",
        FIT + " --epochs many",
        "--epochs wants a whole number; got 'many'. See thalweg fit --help",
        good,
    ),
    Bad(
        "--epochs 1.5", FIT + " --epochs 1.5", "--epochs wants a whole number; got '1.5'. See thalweg fit --help", good
    ),
    Bad(
        "--epochs nan", FIT + " --epochs nan", "--epochs wants a whole number; got 'nan'. See thalweg fit --help", good
    ),
    Bad("--epochs empty", FIT + " --epochs ''", "--epochs wants a whole number; got ''. See thalweg fit --help", good),
    Bad("--epochs 0", FIT + " --epochs 0", "--epochs: training: Training.epochs must be in [1, 1e+07]; got 0", good),
    Bad(
        "--epochs negative",
        FIT + " --epochs -3",
        "--epochs: training: Training.epochs must be in [1, 1e+07]; got -3",
        good,
    ),
    Bad(
        "--epochs=negative",
        FIT + " --epochs=-3",
        "--epochs: training: Training.epochs must be in [1, 1e+07]; got -3",
        good,
    ),
    Bad(
        "--epochs too many",
        FIT + " --epochs 99999999999999999999",
        "--epochs: training: Training.epochs must be in ... got 99999999999999999999",
        good,
    ),
    Bad(
        "--epochs of 40 digits",
        FIT + " --epochs " + "9" * 40,
        "--epochs wants a whole number; got ... See thalweg fit --help",
        good,
    ),
    Bad("--seed text", FIT + " --seed lucky", "--seed wants a whole number; got 'lucky'. See thalweg fit --help", good),
    Bad("--seed negative", FIT + " --seed -1", "--seed must be a whole number from 0 to 4294967295; got -1", good),
    Bad(
        "--seed huge",
        FIT + " --seed 4294967296",
        "--seed must be a whole number from 0 to 4294967295; got 4294967296",
        good,
    ),
    Bad(
        "--seed of 5,000 digits",
        FIT + " --seed " + "9" * 5000,
        "--seed wants a whole number; got ... See thalweg fit --help",
        good,
    ),
    Bad(
        "--split-seed text",
        FIT + " --split-seed x",
        "--split-seed wants a whole number; got 'x'. See thalweg fit --help",
        good,
    ),
    Bad(
        "--split-seed negative",
        FIT + " --split-seed -1",
        "--split-seed must be a whole number from 0 to 4294967295; got -1",
        good,
    ),
    Bad(
        "--threads text",
        FIT + " --threads all",
        "--threads wants a whole number; got 'all'. See thalweg fit --help",
        good,
    ),
    Bad("--threads 0", FIT + " --threads 0", "--threads must be from 1 to ... , the cores there are; got 0", good),
    Bad(
        "--threads a million",
        FIT + " --threads 1000000",
        "--threads must be from 1 to ... , the cores there are; got 1000000",
        good,
    ),
    Bad(
        "--device tpu",
        FIT + " --device tpu",
        'Invalid value "tpu" for --device. Choose from: ... See thalweg fit --help',
        good,
    ),
    Bad(
        "--header nonsense",
        FIT + " --header perhaps",
        'Invalid value "perhaps" for --header. Choose ... See thalweg fit --help',
        good,
    ),
    Bad(
        "--task nonsense",
        FIT + " --task sorting",
        'Invalid value "sorting" for --task. Choose ... See thalweg fit --help',
        good,
    ),
    Bad(
        "--class-weight nonsense",
        FIT + " --class-weight heavy",
        'Invalid value "heavy" for --class-weight. ... See thalweg fit --help',
        good,
    ),
    Bad(
        "--time-budget text",
        FIT + " --time-budget abc",
        "--time-budget wants a length of time such as 90s, 10m or 1h; got 'abc'",
        good,
    ),
    Bad(
        "--time-budget 0",
        FIT + " --time-budget 0",
        "--time-budget wants a length of time such as 90s, 10m or 1h; got '0'",
        good,
    ),
    Bad(
        "--time-budget negative",
        FIT + " --time-budget=-5m",
        "--time-budget wants a length of time such as 90s, 10m or 1h; got '-5m'",
        good,
    ),
    Bad(
        "--time-budget infinite",
        FIT + " --time-budget inf",
        "--time-budget wants a length of time such as 90s, 10m or 1h; got 'inf'",
        good,
    ),
    Bad(
        "--quiet with a value",
        FIT + " --quiet=perhaps",
        "--quiet wants no value; got 'perhaps'. See thalweg fit --help",
        good,
    ),
    Bad(
        "--drop with an empty name",
        FIT + " --drop age,,town",
        "--drop has an empty name in 'age,,town'. Write ... names apart by one comma",
        good,
    ),
    Bad(
        "--from nowhere",
        FIT + " --from nowhere",
        "--from: nowhere is not a run directory: it has no ... `thalweg runs list` shows the runs",
        good,
    ),
    Bad(
        "--freeze alone",
        FIT + " --freeze 2",
        "--freeze keeps layers of a trained network. ... Name its run with --from, or leave it out",
        good,
    ),
    Bad(
        "--freeze text", FIT + " --freeze all", "--freeze wants a whole number; got 'all'. See thalweg fit --help", good
    ),
    Bad(
        "unknown pre-training",
        FIT + " --pretrain rbm",
        'Invalid value "rbm" for --pretrain. Choose from: "dbn", ... See thalweg fit --help',
        good,
    ),
    Bad(
        "pre-training of a linear network",
        FIT + " --pretrain dbn --network linear",
        "the start boltzmann_stack is for networks of one hidden dense layer or more ... or use --set start=as_drawn",
        good,
    ),
    Bad(
        "--again alone",
        FIT + " --again",
        "--again goes with --open-test, which opens the ... Give both or neither",
        good,
    ),
]

PLACES = [
    Bad(
        "out is there already",
        FIT + " --out taken",
        "taken is there already. Choose another --out",
        beside("taken/precious.txt", "x"),
    ),
    Bad("out is a file", FIT + " --out people.csv", "people.csv is there already. Choose another --out", good),
    Bad(
        "out below a file",
        FIT + " --out people.csv/run",
        "cannot make the run directory people.csv/run: ... Choose another --out",
        good,
    ),
    Bad(
        "out where nothing can be made",
        FIT + " --out /proc/nowhere/run",
        "cannot make the run directory ... Choose another --out",
        good,
    ),
    Bad(
        "out with a zero byte",
        FIT + " --out 'a\0b'",
        "cannot make the run directory ab: no file can have this name. Choose another --out",
        good,
    ),
    Bad(
        "out with a name too long",
        FIT + f" --out {'o' * 300}",
        "cannot make the run directory ... Choose another --out",
        good,
    ),
    Bad("out empty", FIT + " --out ''", ". is there already. Choose another --out", good),
    Bad(
        "runs is a file", FIT, "cannot make the run directory runs: Not a ... Choose another --out", beside("runs", "x")
    ),
]
