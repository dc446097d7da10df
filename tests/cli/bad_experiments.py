"""Files of experiments that cannot be used: no TOML, unknown parts, numbers out of their range."""

import json

from tests.cli.bad_making import Bad, all_of, folders, good, holds

FIT = "fit people.csv --target species --drop day"  # three classes
TOML = " --config e.toml"
HEAD = {"kind": "dense", "units": 3}


def toml(text):
    return all_of(good, holds("e.toml", text))


def plain(value):
    return all_of(good, holds("e.json", json.dumps(value)))


def network(*layers):
    return {"network": {"kind": "sequential", "layers": list(layers)}}


CONFIGS = [
    Bad(
        "no TOML", FIT + TOML, "e.toml is not TOML: Invalid value (at line 1, ... Mend that place", toml("update = = 1")
    ),
    Bad(
        "TOML of half a table",
        FIT + TOML,
        "e.toml is not TOML: Expected ']' at the end of ... Mend that place",
        toml("[training\nepochs = 3"),
    ),
    Bad(
        "TOML with a key twice",
        FIT + TOML,
        "e.toml is not TOML: Cannot overwrite a value ... Mend that place",
        toml("update = 'sgd'\nupdate = 'adam'"),
    ),
    Bad(
        "config missing",
        FIT + TOML,
        "cannot read e.toml: No such file or directory. ... Check its name and its permissions",
        good,
    ),
    Bad(
        "config is a folder",
        FIT + TOML,
        "cannot read e.toml: it is a folder or a device. Name a file",
        all_of(good, folders("e.toml")),
    ),
    Bad(
        "config of junk",
        FIT + TOML,
        "e.toml is not TOML: 'utf-8' codec can't decode ... Mend that place",
        toml(bytes(range(256))),
    ),
    Bad(
        "config of zero bytes",
        FIT + TOML,
        "e.toml is not TOML: Invalid statement (at line ... Mend that place",
        toml(bytes(64)),
    ),
    Bad(
        "config too large",
        FIT + TOML,
        "e.toml has 17,825,792 bytes; at most 16,777,216 ... Use a smaller file",
        toml(b"#" * (17 * 2**20)),
    ),
    Bad(
        "config is JSON called TOML",
        FIT + TOML,
        "e.toml is not TOML: Invalid statement (at line ... Mend that place",
        toml('{"update": "sgd"}'),
    ),
    Bad(
        "config is a device",
        FIT + " --config /dev/zero",
        "cannot read /dev/zero: it is a folder or a device. Name a file",
        good,
    ),
    Bad(
        "JSON cut short",
        FIT + " --config e.json",
        "e.json is not JSON: Expecting value: line 1 ... Mend that place",
        all_of(good, holds("e.json", '{"update":')),
    ),
    Bad(
        "JSON list",
        FIT + " --config e.json",
        "e.json should hold an experiment, which is a ... Give a run's experiment.json",
        plain([1]),
    ),
    Bad(
        "JSON with NaN",
        FIT + " --config e.json",
        "e.json is not JSON: NaN is no JSON number. Mend that place",
        all_of(good, holds("e.json", '{"update": {"kind": "adam", "rate": NaN}}')),
    ),
    Bad(
        "JSON nested deep",
        FIT + " --config e.json",
        "e.json: tables and lists are nested too deep. Write them flatter",
        all_of(good, holds("e.json", '{"update":' + "[" * 100_000 + "]" * 100_000 + "}")),
    ),
    Bad(
        "TOML nested deep",
        FIT + TOML,
        "e.toml: tables and lists are nested too deep. Write them flatter",
        toml("update = " + "[" * 100_000 + "]" * 100_000),
    ),
    Bad(
        "TOML nested 60 deep",
        FIT + TOML,
        "--config: tables and lists are nested more than ... Write them flatter",
        toml("update.kind = 'sgd'\nupdate.rate = " + "[" * 60 + "]" * 60),
    ),
    Bad(
        "layers nested 60 deep",
        FIT + " --config e.json",
        "--config: tables and lists are nested more than ... Write them flatter",
        plain(network(*[json.loads('{"kind": "named", "name": "a", "layer": ' * 60 + '"flatten"' + "}" * 60)])),
    ),
    Bad(
        "number of 5,000 digits",
        FIT + TOML,
        "e.toml is not TOML: Exceeds the limit (4300 ... Mend that place",
        toml("[update]\nkind = 'sgd'\nrate = " + "9" * 5000),
    ),
    Bad(
        "number of 400 digits",
        FIT + TOML,
        "--config: update: SGD.rate must be in (0, inf); got 999",
        toml("[update]\nkind = 'sgd'\nrate = " + "9" * 400),
    ),
    Bad(
        "field unknown",
        FIT + TOML,
        "--config: unknown field of experiment ... clip, projection, start, rates, augment, mix, averaging, reduction",
        toml("updates = 'sgd'"),
    ),
    Bad(
        "field of a part unknown",
        FIT + TOML,
        "--config: training: unknown field of training ... epochs, patience, plateau",
        toml("[training]\nepoch = 3"),
    ),
    Bad(
        "field of a part misspelt",
        FIT + TOML,
        "--config: update: unknown field of adam 'rte'. ... rate, beta1, beta2, epsilon",
        toml("[update]\nkind = 'adam'\nrte = 0.1"),
    ),
    Bad(
        "kind unknown",
        FIT + TOML,
        "--config: update: unknown update rule 'adamx'. ... adamw, lion, muon, lbfgs, custom_update_rule",
        toml("update = 'adamx'"),
    ),
    Bad(
        "kind of another family",
        FIT + TOML,
        "--config: update: unknown update rule 'relu'. ... adamw, lion, muon, lbfgs, custom_update_rule",
        toml("update = 'relu'"),
    ),
    Bad(
        "kind missing",
        FIT + TOML,
        "--config: network.layers.0: this layer has no ... squeeze_excite, padded_shortcut, residual, custom_layer",
        toml("[[network.layers]]\nunits = 3"),
    ),
    Bad(
        "kind is a number",
        FIT + TOML,
        "--config: update: the kind of this update rule must be text; got 3",
        toml("[update]\nkind = 3"),
    ),
    Bad(
        "kind names a module",
        FIT + TOML,
        "--config: update: unknown update rule ... adamw, lion, muon, lbfgs, custom_update_rule",
        toml("update = 'os.system'"),
    ),
    Bad(
        "part is a number",
        FIT + TOML,
        "--config: update: wanted the update rule (a ... with its kind, or a kind's name); got 3",
        toml("update = 3"),
    ),
    Bad(
        "part is a list",
        FIT + TOML,
        "--config: Experiment.update must be one part of ... beta2=0.999, epsilon=1e-08), SGD(rate=0.1))",
        toml("update = ['adam', 'sgd']"),
    ),
    Bad(
        "number is text",
        FIT + TOML,
        "--config: update: Adam.rate must be a number; got 'fast'",
        toml("[update]\nkind = 'adam'\nrate = 'fast'"),
    ),
    Bad(
        "number is true",
        FIT + TOML,
        "--config: update: Adam.rate must be a number; got True",
        toml("[update]\nkind = 'adam'\nrate = true"),
    ),
    Bad(
        "number is a list",
        FIT + TOML,
        "--config: update: Adam.rate must be a number; got [0.1, 0.2]",
        toml("[update]\nkind = 'adam'\nrate = [0.1, 0.2]"),
    ),
    Bad(
        "number is a date",
        FIT + TOML,
        "--config: update: Adam.rate must be a number; ... got datetime.date(2024, 1, 1)",
        toml("[update]\nkind = 'adam'\nrate = 2024-01-01"),
    ),
    Bad(
        "number is nan",
        FIT + TOML,
        "--config: update: Adam.rate must be in (0, inf); got nan",
        toml("[update]\nkind = 'adam'\nrate = nan"),
    ),
    Bad(
        "number is inf",
        FIT + TOML,
        "--config: update: Adam.rate must be in (0, inf); got inf",
        toml("[update]\nkind = 'adam'\nrate = inf"),
    ),
    Bad(
        "number too small for 32 bits",
        FIT + TOML,
        "--config: update: Adam.rate must be in (0, ... got 1e-60, which is 0 in 32 bits",
        toml("[update]\nkind = 'adam'\nrate = 1e-60"),
    ),
    Bad(
        "units are text",
        FIT + " --config e.json",
        "--config: network.layers.0: Dense.units must be ... a whole number; got '3'",
        plain(network({"kind": "dense", "units": "3"})),
    ),
    Bad(
        "units are 3.5",
        FIT + " --config e.json",
        "--config: network.layers.0: Dense.units must be ... a whole number; got 3.5",
        plain(network({"kind": "dense", "units": 3.5})),
    ),
    Bad(
        "units are 0",
        FIT + " --config e.json",
        "--config: network.layers.0: Dense.units must be at least 1; got 0",
        plain(network({"kind": "dense", "units": 0})),
    ),
    Bad(
        "units are negative",
        FIT + " --config e.json",
        "--config: network.layers.0: Dense.units must be at least 1; got -3",
        plain(network({"kind": "dense", "units": -3})),
    ),
    Bad(
        "units beyond every memory",
        FIT + " --config e.json",
        "the network has 62,000,000,000,003 parameters ... Make its layers narrower",
        plain(network({"kind": "dense", "units": 10**12}, HEAD)),
    ),
    Bad(
        "units beyond every number",
        FIT + " --config e.json",
        "the network has ... Make its layers narrower",
        plain(network({"kind": "dense", "units": 10**30}, HEAD)),
    ),
    Bad(
        "many weights",
        FIT + " --config e.json",
        "the network has 7,203,840,003 parameters on ... Make its layers narrower",
        plain(network(*[{"kind": "dense", "units": 60_000}] * 3, HEAD)),
    ),
    Bad(
        "units missing",
        FIT + " --config e.json",
        "--config: network.layers.0: dense needs units; got no fields",
        plain(network({"kind": "dense"})),
    ),
    Bad(
        "batch of 0",
        FIT + TOML,
        "--config: training: Training.batch must be at least 1; got 0",
        toml("[training]\nbatch = 0"),
    ),
    Bad(
        "batch of -1",
        FIT + TOML,
        "--config: training: Training.batch must be at least 1; got -1",
        toml("[training]\nbatch = -1"),
    ),
    Bad(
        "batch of 1.5",
        FIT + TOML,
        "--config: training: Training.batch must be a whole number; got 1.5",
        toml("[training]\nbatch = 1.5"),
    ),
    Bad(
        "batch is text",
        FIT + TOML,
        "--config: training: Training.batch must be a whole number; got 'all'",
        toml("[training]\nbatch = 'all'"),
    ),
    Bad(
        "epochs of 1.5",
        FIT + TOML,
        "--config: training: Training.epochs must be a whole number; got 1.5",
        toml("[training]\nepochs = 1.5"),
    ),
    Bad(
        "flag is text",
        FIT + TOML,
        "--config: penalty: L2.half must be true or false; got 'yes'",
        toml("[penalty]\nkind = 'l2'\nhalf = 'yes'"),
    ),
    Bad(
        "least above most",
        FIT + TOML,
        "--config: preprocess.numeric: MinMax.high must ... got low 2 and high 1",
        toml("[preprocess]\nkind = 'table_encoding'\nnumeric = {kind = 'min_max', low = 2, high = 1}"),
    ),
    Bad(
        "levels of 0",
        FIT + TOML,
        "--config: preprocess: TableEncoding.max_levels ... must be at least 1; got 0",
        toml("[preprocess]\nkind = 'table_encoding'\nmax_levels = 0"),
    ),
    Bad(
        "min count of 2.5",
        FIT + TOML,
        "--config: preprocess: TableEncoding.min_count ... must be a whole number; got 2.5",
        toml("[preprocess]\nkind = 'table_encoding'\nmin_count = 2.5"),
    ),
    Bad(
        "no layers",
        FIT + " --config e.json",
        "--config: network: Sequential.layers must hold ... at least one layer; got ()",
        plain(network()),
    ),
    Bad(
        "layers are no list",
        FIT + TOML,
        "--config: network.layers: dense needs units; got no fields",
        toml("[network]\nlayers = 'dense'"),
    ),
    Bad(
        "layers of one name",
        FIT + " --config e.json",
        "--config: network: Sequential.layers: two ... give one another name",
        plain(network(*[{"kind": "named", "name": "a", "layer": HEAD}] * 2)),
    ),
    Bad(
        "layer with a hostile name",
        FIT + " --config e.json",
        "--config: network.layers.0: Named.name must be ... got 'a|b/\\x1b'",
        plain(network({"kind": "named", "name": "a|b/\x1b", "layer": HEAD})),
    ),
    Bad(
        "layer without a name",
        FIT + " --config e.json",
        "--config: network.layers.0: Named.name must be ... letters, digits, '_' and '-'; got ''",
        plain(network({"kind": "named", "name": "", "layer": HEAD})),
    ),
    Bad(
        "layer named by half a character",
        FIT + " --config e.json",
        "--config: network.layers.0: Named.name must be text; got '\\ud800'",
        plain(network({"kind": "named", "name": "\ud800", "layer": HEAD})),
    ),
]
