"""The stable names of what can be wrong with a run."""

CAUSES = (
    "rate_too_high",
    "rate_too_low",
    "unscaled_inputs",
    "initial_weights",  # alike, too small, too large
    "activation",  # saturating, or unfit
    "depth",  # too deep without normalisation or shortcuts
    "loss",  # does not fit the task
    "last_activation",
    "sum_reduction",
    "penalty_too_strong",
    "dropout_too_strong",
    "augmentation_too_strong",
    "too_few_epochs",
    "schedule",  # stops the rate, or is missing where one is needed
    "batch_too_small",
    "batch_too_large",
    "update_rule",  # slow or unfit, or its momentum
    "frozen_layers",
    "network_too_small",
    "no_nonlinearity",
    "overfitting",
    "labels_unrelated",  # shuffled, or noise
    "class_imbalance",
    "bad_data",  # not a number, constant, copies
    "own_part",  # a function of the user's: its gradient is wrong, or it mixes rows
    "clip_too_tight",
    "projection_too_tight",
    "patience_too_short",
    "mixing_too_strong",
)
