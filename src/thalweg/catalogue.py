"""Every part that a file may name, by family and kind. Nothing else can be made from a file."""

from collections.abc import Iterable
from types import MappingProxyType

from thalweg.activations.custom_activation import CustomActivation
from thalweg.activations.elu import ELU
from thalweg.activations.gelu import GELU
from thalweg.activations.hard_tanh import HardTanh
from thalweg.activations.leaky_relu import LeakyReLU
from thalweg.activations.linear import Linear
from thalweg.activations.relu import ReLU
from thalweg.activations.selu import SELU
from thalweg.activations.sigmoid import Sigmoid
from thalweg.activations.silu import SiLU
from thalweg.activations.softmax import Softmax
from thalweg.activations.softplus import Softplus
from thalweg.activations.step import Step
from thalweg.activations.tanh import Tanh
from thalweg.augmentations.colour_jitter import ColourJitter
from thalweg.augmentations.horizontal_flip import HorizontalFlip
from thalweg.augmentations.random_affine import RandomAffine
from thalweg.augmentations.random_crop import RandomCrop
from thalweg.augmentations.random_erasing import RandomErasing
from thalweg.averaging.exponential_average import ExponentialAverage
from thalweg.averaging.no_averaging import NoAveraging
from thalweg.averaging.stochastic_average import StochasticAverage
from thalweg.clips.clip_norm import ClipNorm
from thalweg.clips.clip_value import ClipValue
from thalweg.clips.no_clip import NoClip
from thalweg.experiment import Experiment, Training
from thalweg.initializers.auto import Auto
from thalweg.initializers.constant_weights import ConstantWeights
from thalweg.initializers.dirac import Dirac
from thalweg.initializers.glorot_normal import GlorotNormal
from thalweg.initializers.glorot_uniform import GlorotUniform
from thalweg.initializers.he_normal import HeNormal
from thalweg.initializers.he_uniform import HeUniform
from thalweg.initializers.lecun_normal import LecunNormal
from thalweg.initializers.orthogonal import Orthogonal
from thalweg.initializers.small_normal import SmallNormal
from thalweg.initializers.small_uniform import SmallUniform
from thalweg.initializers.sparse import Sparse
from thalweg.layers.activation import Activation
from thalweg.layers.average_pooling import AveragePooling
from thalweg.layers.batch_norm import BatchNorm
from thalweg.layers.convolution import Convolution
from thalweg.layers.custom_layer import CustomLayer
from thalweg.layers.dense import Dense
from thalweg.layers.drop_connect import DropConnect
from thalweg.layers.dropout import Dropout
from thalweg.layers.embedding import Embedding
from thalweg.layers.flatten import Flatten
from thalweg.layers.gaussian_noise import GaussianNoise
from thalweg.layers.global_average_pooling import GlobalAveragePooling
from thalweg.layers.group_norm import GroupNorm
from thalweg.layers.gru import GRU
from thalweg.layers.hierarchical_dense import HierarchicalDense
from thalweg.layers.layer_norm import LayerNorm
from thalweg.layers.lstm import LSTM
from thalweg.layers.max_pooling import MaxPooling
from thalweg.layers.maxout import Maxout
from thalweg.layers.padded_shortcut import PaddedShortcut
from thalweg.layers.prelu import PReLU
from thalweg.layers.reshape import Reshape
from thalweg.layers.sequence_convolution import SequenceConvolution
from thalweg.layers.simple_recurrent import SimpleRecurrent
from thalweg.layers.squeeze_excite import SqueezeExcite
from thalweg.layers.transposed_convolution import TransposedConvolution
from thalweg.losses.absolute_error import AbsoluteError
from thalweg.losses.attribute_cross_entropy import AttributeCrossEntropy
from thalweg.losses.attribute_hinge import AttributeHinge
from thalweg.losses.binary_cross_entropy import BinaryCrossEntropy
from thalweg.losses.cosine_proximity import CosineProximity
from thalweg.losses.custom_loss import CustomLoss
from thalweg.losses.focal_loss import FocalLoss
from thalweg.losses.hierarchical_softmax import HierarchicalSoftmax
from thalweg.losses.hinge import Hinge
from thalweg.losses.huber import Huber
from thalweg.losses.kl_divergence import KLDivergence
from thalweg.losses.mean_absolute_percentage_error import MeanAbsolutePercentageError
from thalweg.losses.mean_squared_logarithmic_error import MeanSquaredLogarithmicError
from thalweg.losses.multiclass_hinge import MulticlassHinge
from thalweg.losses.poisson import Poisson
from thalweg.losses.regression_by_classification import RegressionByClassification
from thalweg.losses.softmax_cross_entropy import SoftmaxCrossEntropy
from thalweg.losses.squared_error import SquaredError
from thalweg.losses.squared_hinge import SquaredHinge
from thalweg.losses.squared_multiclass_hinge import SquaredMulticlassHinge
from thalweg.mixings.cutmix import Cutmix
from thalweg.mixings.mixup import Mixup
from thalweg.mixings.no_mixing import NoMixing
from thalweg.network.named import Named
from thalweg.network.residual import Residual
from thalweg.network.sequential import Sequential
from thalweg.penalties.elastic_net import ElasticNet
from thalweg.penalties.l1 import L1
from thalweg.penalties.l2 import L2
from thalweg.penalties.no_penalty import NoPenalty
from thalweg.preprocess.arrays import Center, MinMax, NoPreprocessing, PixelScale, Standardize
from thalweg.preprocess.channels import CenterChannels
from thalweg.preprocess.custom_features import CustomFeatures
from thalweg.preprocess.hue_histogram import HueHistogram
from thalweg.preprocess.image_features import ImageFeatures
from thalweg.preprocess.oriented_gradients import OrientedGradients
from thalweg.preprocess.pca import PCA
from thalweg.preprocess.pca_whitening import PcaWhitening
from thalweg.preprocess.polar import Polar
from thalweg.preprocess.polynomial import Polynomial
from thalweg.preprocess.steps import StandardizeSteps
from thalweg.preprocess.table import TableEncoding
from thalweg.preprocess.visual_words import VisualWords
from thalweg.preprocess.zca_whitening import ZcaWhitening
from thalweg.projections.fixed_norm import FixedNorm
from thalweg.projections.max_norm import MaxNorm
from thalweg.projections.no_projection import NoProjection
from thalweg.rates.automatic_rates import AutomaticRates
from thalweg.rates.layer_rate import LayerRate
from thalweg.rates.layer_rates import LayerRates
from thalweg.rates.same_rates import SameRates
from thalweg.schedules.constant import Constant
from thalweg.schedules.cosine import Cosine
from thalweg.schedules.cyclic import Cyclic
from thalweg.schedules.exponential import Exponential
from thalweg.schedules.inverse_time import InverseTime
from thalweg.schedules.keep_on_plateau import KeepOnPlateau
from thalweg.schedules.one_cycle import OneCycle
from thalweg.schedules.reduce_on_plateau import ReduceOnPlateau
from thalweg.schedules.step_decay import StepDecay
from thalweg.schedules.warmup import Warmup
from thalweg.serialise import Kinds
from thalweg.spec import kind_of
from thalweg.starts.as_drawn import AsDrawn
from thalweg.starts.autoencoder_stack import AutoencoderStack
from thalweg.starts.boltzmann_stack import BoltzmannStack
from thalweg.starts.class_priors import ClassPriors
from thalweg.starts.lsuv import LSUV
from thalweg.starts.supervised_stack import SupervisedStack
from thalweg.updates.adadelta import Adadelta
from thalweg.updates.adagrad import Adagrad
from thalweg.updates.adam import Adam
from thalweg.updates.adamax import Adamax
from thalweg.updates.adamw import AdamW
from thalweg.updates.custom_update_rule import CustomUpdateRule
from thalweg.updates.lbfgs import LBFGS
from thalweg.updates.lion import Lion
from thalweg.updates.look_ahead_nesterov import LookAheadNesterov
from thalweg.updates.momentum import Momentum
from thalweg.updates.muon import Muon
from thalweg.updates.nadam import Nadam
from thalweg.updates.nesterov import Nesterov
from thalweg.updates.nesterov_rmsprop import NesterovRmsprop
from thalweg.updates.rmsprop import RMSprop
from thalweg.updates.sgd import SGD
from thalweg.updates.uncorrected_adam import UncorrectedAdam


def _by_kind(classes: Iterable[type]) -> MappingProxyType[str, type]:
    return MappingProxyType({kind_of(cls): cls for cls in classes})


KINDS: Kinds = MappingProxyType(
    {
        "experiment": _by_kind([Experiment]),
        "training": _by_kind([Training]),
        "network": _by_kind([Sequential]),
        "preprocessing": _by_kind(
            [
                NoPreprocessing,
                Standardize,
                MinMax,
                Center,
                CenterChannels,
                PixelScale,
                StandardizeSteps,
                PCA,
                PcaWhitening,
                ZcaWhitening,
                Polar,
                Polynomial,
                HueHistogram,
                OrientedGradients,
                VisualWords,
                ImageFeatures,
                CustomFeatures,
                TableEncoding,
            ]
        ),
        "image feature": _by_kind([HueHistogram, OrientedGradients, VisualWords]),
        "column scaling": _by_kind([NoPreprocessing, Standardize, MinMax, Center]),
        "layer": _by_kind(
            [
                Dense,
                Maxout,
                DropConnect,
                HierarchicalDense,
                Convolution,
                SequenceConvolution,
                TransposedConvolution,
                MaxPooling,
                AveragePooling,
                GlobalAveragePooling,
                Activation,
                PReLU,
                Dropout,
                GaussianNoise,
                BatchNorm,
                LayerNorm,
                GroupNorm,
                SimpleRecurrent,
                GRU,
                LSTM,
                Embedding,
                Flatten,
                Reshape,
                SqueezeExcite,
                PaddedShortcut,
                Residual,
                CustomLayer,
                Named,
            ]
        ),
        "activation": _by_kind(
            [
                ReLU,
                LeakyReLU,
                ELU,
                SELU,
                GELU,
                SiLU,
                Softplus,
                Tanh,
                HardTanh,
                Sigmoid,
                Softmax,
                Step,
                Linear,
                CustomActivation,
            ]
        ),
        "initializer": _by_kind(
            [
                Auto,
                HeNormal,
                HeUniform,
                GlorotNormal,
                GlorotUniform,
                LecunNormal,
                SmallNormal,
                SmallUniform,
                Sparse,
                Orthogonal,
                Dirac,
                ConstantWeights,
            ]
        ),
        "loss": _by_kind(
            [
                SoftmaxCrossEntropy,
                FocalLoss,
                HierarchicalSoftmax,
                KLDivergence,
                BinaryCrossEntropy,
                MulticlassHinge,
                SquaredMulticlassHinge,
                Hinge,
                SquaredHinge,
                AttributeCrossEntropy,
                AttributeHinge,
                SquaredError,
                AbsoluteError,
                Huber,
                Poisson,
                MeanAbsolutePercentageError,
                MeanSquaredLogarithmicError,
                CosineProximity,
                RegressionByClassification,
                CustomLoss,
            ]
        ),
        "penalty": _by_kind([NoPenalty, L2, L1, ElasticNet]),
        "update rule": _by_kind(
            [
                SGD,
                Momentum,
                Nesterov,
                LookAheadNesterov,
                Adagrad,
                RMSprop,
                NesterovRmsprop,
                Adadelta,
                Adam,
                UncorrectedAdam,
                Adamax,
                Nadam,
                AdamW,
                Lion,
                Muon,
                LBFGS,
                CustomUpdateRule,
            ]
        ),
        "clip": _by_kind([NoClip, ClipNorm, ClipValue]),
        "projection": _by_kind([NoProjection, MaxNorm, FixedNorm]),
        "start": _by_kind([AsDrawn, ClassPriors, LSUV, BoltzmannStack, AutoencoderStack, SupervisedStack]),
        "rates": _by_kind([SameRates, LayerRates, AutomaticRates]),
        "layer rate": _by_kind([LayerRate]),
        "augmentation": _by_kind([HorizontalFlip, RandomCrop, RandomAffine, ColourJitter, RandomErasing]),
        "mixing": _by_kind([NoMixing, Mixup, Cutmix]),
        "averaging": _by_kind([NoAveraging, ExponentialAverage, StochasticAverage]),
        "plateau": _by_kind([KeepOnPlateau, ReduceOnPlateau]),
        "schedule": _by_kind([Constant, StepDecay, Exponential, InverseTime, Cosine, OneCycle, Cyclic, Warmup]),
    }
)
