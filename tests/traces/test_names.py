"""What names of columns and tags mean, in the spellings of many programs."""

import pytest

from thalweg.traces.measures import column_measure, tag_kind
from thalweg.traces.names import is_part, meaning


@pytest.mark.parametrize(
    ("names", "what", "part"),
    [
        ("epoch Epoch epochs train/epoch current_epoch epoch_number", "epoch", ""),
        ("step global_step globalStep iteration Iter _step trainer/global_step steps", "step", ""),
        ("loss Loss losses total_loss epoch_loss avg_loss cost nll CrossEntropy running_loss", "loss", ""),
        (
            "train_loss training_loss Loss/train trainLoss train/loss loss_train TRAIN.LOSS trainloss",
            "loss",
            "training",
        ),
        (
            "val_loss validation_loss valid_loss eval/loss eval_loss Loss/val valLoss dev_loss val-loss",
            "loss",
            "validation",
        ),
        ("test_loss testLoss loss/test", "loss", "test"),
        ("lr LR learning_rate learningRate train/learning_rate lr-Adam lr-SGD/pg1 lr/pg0 epoch_lr", "rate", ""),
    ],
)
def test_losses_rates_and_counters(names, what, part):
    said = {name: meaning(name) for name in names.split()}
    assert {name: m.what for name, m in said.items()} == dict.fromkeys(said, what)
    if what == "loss":
        assert {name: m.part for name, m in said.items()} == dict.fromkeys(said, part)
        assert not any(m.single for m in said.values())


@pytest.mark.parametrize(
    ("names", "score", "part"),
    [
        ("acc accuracy Accuracy top1 acc@1 acc1 binary_accuracy sparse_categorical_accuracy", "accuracy", ""),
        ("val_acc val_accuracy Accuracy/val eval/accuracy valAcc epoch_val_acc valacc", "accuracy", "validation"),
        ("test_acc", "accuracy", "test"),
        ("val_top5 val_acc5 val_top_5_accuracy", "top_5_accuracy", "validation"),
        ("r2 R² r2_score R2", "r2", ""),
        ("train_mae train_mean_absolute_error", "mae", "training"),
        ("val_rmse valRMSE validation/root_mean_squared_error", "rmse", "validation"),
        ("val_mse", "mse", "validation"),
        ("val_f1 val_f1_score", "f1", "validation"),
        ("val_auc val_auroc val/roc_auc", "auc", "validation"),
        ("train_err train_error training/error_rate", "error", "training"),
        ("eval/mIoU", "iou", "validation"),
    ],
)
def test_scores(names, score, part):
    said = {name: (meaning(name).what, meaning(name).measure, meaning(name).part) for name in names.split()}
    assert said == dict.fromkeys(said, ("score", score, part))


def test_losses_of_single_batches_are_told():
    assert all(meaning(name).single for name in ("train_loss_step", "batch_loss", "loss/iter"))
    assert not any(meaning(name).single for name in ("train_loss_epoch", "loss", "epoch_loss"))


@pytest.mark.parametrize(
    "name",
    "time wall_time box_loss aux_loss val_loss__MIN train_val_gap lr-SGD-momentum weight_decay seed batch".split()
    + "train val 3 _ loss_scale learning".split(),
)
def test_what_is_none_of_these_is_left(name):
    assert meaning(name).what == ""


def test_the_name_of_a_run_before_it_is_left_out():
    assert meaning("brave-owl-7 - val_loss") == meaning("val_loss")


@pytest.mark.parametrize(
    ("name", "measure", "tensor"),
    [
        ("grad_norm", "gradient_norm", "all"),
        ("train/grad_norm", "gradient_norm", "all"),
        ("gradient norm", "gradient_norm", "all"),
        ("grad_2.0_norm_total", "gradient_norm", "all"),
        ("grad_2.0_norm/net.0.weight", "gradient_norm", "net.0.weight"),
        ("fc1.weight_grad_norm", "gradient_norm", "fc1.weight"),
        ("GradNorm/conv1", "gradient_norm", "conv1"),
        ("weight_norm/fc1", "weight_norm", "fc1"),
        ("param_norm", "weight_norm", "all"),
        ("update_norm/fc1", "update_norm", "fc1"),
        ("update_ratio/fc1", "update_ratio", "fc1"),
        ("update_to_weight_ratio/fc1", "update_ratio", "fc1"),
        ("relu_1/dead_share", "dead_share", "relu_1"),
        ("dead_unit_fraction/relu_1", "dead_share", "relu_1"),
        ("saturated_share/tanh", "saturated_share", "tanh"),
        ("activation_mean/conv1", "activation_mean", "conv1"),
        ("act_std/conv1", "activation_deviation", "conv1"),
        ("grad_norm_clipped", "", ""),
        ("dead_units", "", ""),  # a number, maybe, and no share
        ("norm", "", ""),
    ],
)
def test_measures_of_tensors(name, measure, tensor):
    assert column_measure(name) == (measure, tensor)


@pytest.mark.parametrize(
    ("tag", "kind", "name"),
    [
        ("fc1.weight", "weight", "fc1.weight"),
        ("0.bias", "weight", "0.bias"),
        ("weights/fc1", "weight", "fc1"),
        ("dense/kernel_0/histogram", "weight", "dense/kernel_0"),
        ("rnn/weight_hh_l0", "weight", "rnn/weight_hh_l0"),
        ("fc1.weight.grad", "gradient", "fc1.weight"),
        ("fc1.weight_grad", "gradient", "fc1.weight"),
        ("gradients/fc1.weight", "gradient", "fc1.weight"),
        ("fc1/weight/gradient", "gradient", "fc1/weight"),
        ("grad_fc1.weight", "gradient", "fc1.weight"),
        ("activations/conv1", "activation", "conv1"),
        ("conv1/output", "activation", "conv1"),
        ("updates/fc1.weight", "update", "fc1.weight"),
        ("sequential/output/kernel/histogram", "weight", "sequential/output/kernel"),  # of a layer named output
        ("weights/fc1/bias", "weight", "fc1/bias"),
        ("fc1/weight", "weight", "fc1/weight"),
        ("predictions", "", ""),
        ("/", "", ""),
        ("", "", ""),
    ],
)
def test_kinds_of_histograms(tag, kind, name):
    assert tag_kind(tag) == (kind, name)


def test_folders_of_parts_and_folders_of_runs():
    assert all(is_part(name) for name in ("train", "validation", "eval", "Loss_train", "Accuracy_val", "test"))
    assert not any(is_part(name) for name in ("version_0", "test_lr_0.1", "run_train_2", "Jan01", "loss", ""))
