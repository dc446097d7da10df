"""Experiments that do not suit the data, and settings that change nothing there is."""

import numpy as np

from tests.cli.bad_experiments import FIT, HEAD, TOML, network, plain, toml
from tests.cli.bad_making import Bad, all_of, good, npz

MEMBER = "fit people.csv --target member --drop day"  # two classes
INCOME = "fit people.csv --target income --drop day"  # amounts
TREE = {"kind": "hierarchical_dense", "classes": 3}
IMAGES = npz("images.npz", x=np.arange(20 * 16).astype(np.uint8).reshape(20, 4, 4), y=np.arange(20) % 2)


NETWORKS = [
    Bad(
        "windows that do not fit the images",
        "fit images.npz --config e.json",
        "convolution_1: Convolution's windows of 3 places, 2 apart, do ... Make the height 3 or 5, change",
        all_of(IMAGES, plain(network({"kind": "convolution", "filters": 2, "stride": 2}, {**HEAD, "units": 1}))),
    ),
    Bad(
        "a convolution of a table",
        FIT + " --config e.json",
        "convolution_1: Convolution needs images (height, width, ... Put a Reshape before it, or take",
        plain(network({"kind": "convolution", "filters": 2}, HEAD)),
    ),
    Bad(
        "numbers that do not fill a shape",
        "fit images.npz --config e.json",
        "reshape_1: Reshape.shape (5, -1) does not hold the 16 numbers ... input_shape=(4, 4, 1)",
        all_of(IMAGES, plain(network({"kind": "reshape", "shape": [5, -1]}, {**HEAD, "units": 1}))),
    ),
    Bad(
        "a network that is not known",
        FIT + " --network lenet",
        "unknown network 'lenet'. Did you mean 'lenet5'? ... resnet18, resnet50, resnet152",
        good,
    ),
    Bad(
        "a network for images on a table",
        FIT + " --network resnet20",
        "--network: resnet20 is for images (height, width, ... or put the layers together, a reshape first",
        good,
    ),
    Bad(
        "a network for larger images",
        "fit images.npz --network lenet5",
        "--network: lenet5 needs images of at least 12 x 12 pixels; got 4 x 4. ... resnet50, resnet152",
        IMAGES,
    ),
    Bad(
        "softmax for amounts",
        INCOME + TOML,
        "the loss SoftmaxCrossEntropy with its softmax ... Use --set loss=squared_error, or --task",
        toml("loss = 'softmax_cross_entropy'"),
    ),
    Bad(
        "sigmoid for amounts",
        INCOME + TOML,
        "the loss BinaryCrossEntropy with its sigmoid ... Use --set loss=squared_error, or --task",
        toml("loss = 'binary_cross_entropy'"),
    ),
    Bad(
        "sigmoid for three classes",
        FIT + TOML,
        "the loss BinaryCrossEntropy with its sigmoid ... Use --set loss=softmax_cross_entropy",
        toml("loss = 'binary_cross_entropy'"),
    ),
    Bad(
        "squared error for classes",
        FIT + TOML,
        "the loss SquaredError with its linear head does ... --set loss=softmax_cross_entropy, or --task",
        toml("loss = 'squared_error'"),
    ),
    Bad(
        "last layer too narrow",
        FIT + " --config e.json",
        "the network gives outputs of shape (2,) an ... Set the last layer's units to 3",
        plain(network({"kind": "dense", "units": 2})),
    ),
    Bad(
        "last layer too wide",
        MEMBER + " --config e.json",
        "the network gives outputs of shape (3,) an ... Set the last layer's units to 1",
        plain(network(HEAD)),
    ),
    Bad(
        "softmax for two classes over one output",
        MEMBER + TOML,
        "the network gives outputs of shape (1,) an ... Set the last layer's units to 2",
        toml("loss = 'softmax_cross_entropy'"),
    ),
    Bad(
        "activation before a softmax loss",
        FIT + " --config e.json",
        "the pair ReLU and SoftmaxCrossEntropy does not ... Leave out the network's last activation",
        plain(network(HEAD, {"kind": "activation", "function": "relu"})),
    ),
    Bad(
        "hierarchical softmax over a dense layer",
        FIT + TOML,
        "the loss HierarchicalSoftmax takes the logs of ... or use --set loss=softmax_cross_entropy",
        toml("loss = 'hierarchical_softmax'"),
    ),
    Bad(
        "tree of classes before another loss",
        FIT + " --config e.json",
        "the last layer HierarchicalDense gives the logs ... or a dense last layer",
        plain(network(TREE)),
    ),
    Bad(
        "tree of classes in the middle",
        FIT + " --config e.json",
        "HierarchicalDense gives the logs of ... Leave out the layers behind it, and put it into no block",
        plain(network(TREE, HEAD)),
    ),
    Bad(
        "tree of another number of classes",
        FIT + " --config e.json --set loss=hierarchical_softmax",
        "the network gives outputs of shape (4,) an ... Set the last layer's classes to 3",
        plain(network({**TREE, "classes": 4})),
    ),
    Bad(
        "codes that make no tree",
        FIT + " --config e.json",
        "--config: network.layers.0: HierarchicalDense.codes: no class's code ... Lengthen the first",
        plain(network({**TREE, "codes": ["0", "1", "10"]})),
    ),
    Bad(
        "shares of classes from a table",
        FIT + TOML,
        "the loss KLDivergence is for a share of each class ... Use --set loss=softmax_cross_entropy",
        toml("loss = 'kldivergence'"),
    ),
    Bad(
        "vectors from a table",
        INCOME + TOML,
        "the loss CosineProximity is for two amounts an ... Use --set loss=squared_error",
        toml("loss = 'cosine_proximity'"),
    ),
    Bad(
        "dropout alone",
        FIT + " --config e.json",
        "the network gives outputs of shape (58,) an ... Set the last layer's units to 3",
        plain(network({"kind": "dropout"})),
    ),
    Bad(
        "groups that do not divide the channels",
        "fit images.npz --config e.json",
        "group_norm_1: GroupNorm.groups must divide ... layer of another width before it.",
        all_of(plain(network({"kind": "group_norm", "groups": 7}, "flatten", {"kind": "dense", "units": 1})), IMAGES),
    ),
    Bad(
        "a rule for full batches with small ones",
        FIT + " --set update=lbfgs --set training.batch=16",
        "the update rule LBFGS needs all training rows ... got a batch of 16. Use --set training.batch=",
        good,
    ),
    Bad(
        "a rule of one objective with noise",
        FIT + " --config e.json --set update=lbfgs --set training.batch=100000",
        "the update rule LBFGS needs the same objective ... layer may draw noise; got dropout_1. Set",
        plain(network("dropout", {"kind": "dense", "units": 3})),
    ),
    Bad(
        "a rate for no layer",
        FIT + ' --set \'rates={kind="layer_rates", entries=[{layer="conv_*", factor=0}]}\'',
        "LayerRate.layer must name a layer with ... got 'conv_*'. The layers ... position: dense_1 (0)",
        good,
    ),
    Bad(
        "rates without layers",
        FIT + " --set rates=layer_rates",
        "--set 'rates=layer_rates': rates: layer_rates needs entries; got no fields",
        good,
    ),
    Bad(
        "pixel scale for a table",
        FIT + TOML,
        "the preprocessing PixelScale is for arrays; the ... scales the columns of numbers",
        toml("preprocess = 'pixel_scale'"),
    ),
    Bad(
        "standardize for a table",
        FIT + TOML,
        "the preprocessing Standardize is for arrays; ... scales the columns of numbers",
        toml("preprocess = 'standardize'"),
    ),
    Bad(
        "table encoding for arrays",
        "fit digits" + TOML,
        "the preprocessing TableEncoding is for tables; ... or give the data as a table",
        toml("preprocess = 'table_encoding'"),
    ),
    Bad(
        "pca for a table",
        FIT + TOML,
        'the preprocessing PCA is for arrays; the data are a table ... preprocess=["table_encoding", "pca"]\'',
        toml("preprocess = 'pca'"),
    ),
    Bad(
        "an empty list of preprocessings",
        FIT + " --set preprocess=[]",
        "--set 'preprocess=[]': the list of preprocessings is empty. Name one at least",
        good,
    ),
    Bad(
        "an encoding behind another step",
        FIT + TOML,
        "--config: the preprocessing TableEncoding makes numbers of a ... got it at position 1, counted from 0. Move",
        toml("preprocess = ['standardize', 'table_encoding']"),
    ),
    Bad(
        "a preprocessing that a list has not",
        FIT + TOML + " --set preprocess.2.components=3",
        "wanted a position from 0 to 1 in a list; got '2' (in 'preprocess.2.components')",
        toml("preprocess = ['table_encoding', 'pca']"),
    ),
    Bad(
        "more components than inputs",
        "fit digits --set preprocess=pca --set preprocess.components=65",
        "the preprocessing PCA was asked for 65 components; ... of 64 numbers vary in ... Ask for ... at most",
        good,
    ),
    Bad(
        "two rules for components",
        "fit digits --set preprocess=pca --set preprocess.components=6 --set preprocess.variance=0.9",
        "--set 'preprocess.variance=0.9': preprocess: PCA takes components or variance; got components 6 and variance",
        good,
    ),
    Bad(
        "a whitening that would divide by 0",
        "fit digits --set preprocess=zca_whitening --set preprocess.smoothing=0",
        "ZcaWhitening with smoothing 0 divides by the ... along 64 directions; ... Set its smoothing to 0.2, say",
        good,
    ),
    Bad(
        "polar for images in rows",
        "fit digits --set preprocess=polar --set preprocess.columns=[3,64]",
        "the preprocessing Polar needs rows of at least 65 numbers for its columns (3, 64); got ... shape (64,)",
        good,
    ),
    Bad(
        "too many products",
        "fit digits --set preprocess=polynomial --set preprocess.degree=5",
        "the preprocessing Polynomial of degree 5 makes 11,238,512 products of 64 inputs",
        good,
    ),
    Bad(
        "gradients of what are no images",
        "fit digits --set preprocess=oriented_gradients",
        "oriented gradients are of images (n, height, width, channels); got examples of shape (64,). Give images",
        good,
    ),
    Bad(
        "features of another family",
        'fit digits --set \'preprocess={kind = "image_features", features = ["standardize"]}\'',
        "preprocess.features.0: unknown image feature 'standardize'. There are: hue_histogram, oriented_grad",
        good,
    ),
    Bad(
        "channels of what are no images",
        "fit digits --set preprocess=center_channels",
        "CenterChannels needs images (n, height, width, channels); got examples of shape (64,)",
        good,
    ),
    Bad(
        "pixel scale for arrays",
        "fit digits" + TOML,
        "PixelScale needs uint8 images (n, height, ... Use Standardize for other numbers",
        toml("preprocess = 'pixel_scale'"),
    ),
]

SETTINGS = [
    Bad(
        "set without a value",
        FIT + " --set update.rate",
        "--set 'update.rate': wanted path=value, such as ... got 'update.rate'",
        good,
    ),
    Bad(
        "set with an empty value",
        FIT + " --set update.rate=",
        "--set 'update.rate=': wanted path=value, such ... got 'update.rate='",
        good,
    ),
    Bad(
        "set with an empty path",
        FIT + " --set =1",
        "--set '=1': wanted path=value, such as update.rate=0.01; got '=1'",
        good,
    ),
    Bad("set nothing", FIT + " --set ''", "--set '': wanted path=value, such as update.rate=0.01; got ''", good),
    Bad(
        "set with dots alone",
        FIT + " --set ...=1",
        "--set '...=1': '...': unknown setting ''. There ... rates, augment, mix, averaging, reduction",
        good,
    ),
    Bad(
        "set an unknown field",
        FIT + " --set update.rat=1",
        "--set 'update.rat=1': update: unknown field of ... rate, beta1, beta2, epsilon",
        good,
    ),
    Bad(
        "set an unknown part",
        FIT + " --set updat.rate=1",
        "--set 'updat.rate=1': 'updat.rate': unknown ... rates, augment, mix, averaging, reduction",
        good,
    ),
    Bad(
        "set below a number",
        FIT + " --set update.rate.x=1",
        "--set 'update.rate.x=1': nothing lies below ... Shorten the path",
        good,
    ),
    Bad(
        "set a kind unknown",
        FIT + " --set update=adamx",
        "--set 'update=adamx': update: unknown update ... adamw, lion, muon, lbfgs, custom_update_rule",
        good,
    ),
    Bad(
        "set a kind by its field",
        FIT + " --set update.kind=relu",
        "--set 'update.kind=relu': update: unknown ... adamw, lion, muon, lbfgs, custom_update_rule",
        good,
    ),
    Bad(
        "set a layer that is not there",
        FIT + " --set network.layers.99.units=3",
        "--set 'network.layers.99.units=3': wanted a ... got '99' (in 'network.layers.99.units')",
        good,
    ),
    Bad(
        "set a layer before the first",
        FIT + " --set network.layers.-1.units=3",
        "--set 'network.layers.-1.units=3': wanted a ... got '-1' (in 'network.layers.-1.units')",
        good,
    ),
    Bad(
        "set a layer by name",
        FIT + " --set network.layers.dense_1.units=3",
        "--set 'network.layers.dense_1.units=3': wanted ... got 'dense_1' (in 'network.layers.dense_1.units')",
        good,
    ),
    Bad(
        "set text for a number",
        FIT + " --set update.rate=fast",
        "--set 'update.rate=fast': update: Adam.rate ... must be a number; got 'fast'",
        good,
    ),
    Bad(
        "set a negative rate",
        FIT + " --set update.rate=-1",
        "--set 'update.rate=-1': update: Adam.rate must be in (0, inf); got -1",
        good,
    ),
    Bad(
        "set a rate of zero",
        FIT + " --set update.rate=0",
        "--set 'update.rate=0': update: Adam.rate must be in (0, inf); got 0",
        good,
    ),
    Bad(
        "set null",
        FIT + " --set update.rate=null",
        "--set 'update.rate=null': update: Adam.rate must be a number; got None",
        good,
    ),
    Bad(
        "set two keys",
        FIT + " --set 'update.rate=1\nother=2'",
        "--set 'update.rate=1\\nother=2': update: ... got '1\\nother=2'",
        good,
    ),
    Bad("set a deep value", FIT + " --set update.rate=" + "[" * 5000, "--set ... Write it flatter", good),
    Bad(
        "set a deep value that is closed",
        FIT + " --set update.rate=" + "[" * 400 + "]" * 400,
        "--set ... Write them flatter",
        good,
    ),
    Bad("set a number of 5,000 digits", FIT + " --set update.rate=" + "9" * 5000, "--set ... must be a number", good),
    Bad(
        "set a deep path",
        FIT + " --set " + ".".join(["update"] * 3000) + "=1",
        "--set ... rate, beta1, beta2, epsilon",
        good,
    ),
    Bad(
        "set a wrong width",
        FIT + " --set network.layers.6.units=5",
        "the network gives outputs of shape (5,) an ... Set the last layer's units to 3",
        good,
    ),
    Bad(
        "one change of images that is no list",
        "fit digits --set augment=horizontal_flip",
        "Experiment.augment must be a tuple of parts ... Make it a list of one: ... in files and settings",
        good,
    ),
]
