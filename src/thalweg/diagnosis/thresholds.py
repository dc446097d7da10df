"""When a rule speaks: every number that a diagnosis is made by.

Chosen so that healthy runs get nothing above a note; see `tests/diagnosis/test_diagnose.py`.
"""

ENOUGH = 4  # evaluations that a rule on the shape of a curve needs
TAIL = 3  # last evaluations that must agree

# Length.
FEWEST_STEPS = 50  # below that many a run is short: what looks ill may only be unfinished
HASTY = 5  # epochs of patience, below which chance ends a run
PERSISTS = 3  # looks in a row at which a rule must warn, for it to be certain while a run goes on
SINCE_LOOKS = 40  # moments of a run at which it is asked what could be seen then
DURING_LOOKS = 50  # moments of a run at most at which it is asked while it goes on
DURING_SLOW = 0.4  # of all steps, before which a loss that does not move is not stuck for certain
MANY_STEPS = 2**31  # stands for steps that were not counted
FEWEST_ROWS = 10  # the same of evaluations where steps were not counted
LAST_THIRD = 1 / 3  # of a curve, in which a loss that is stuck falls no more
STILL_FALLING = 0.01  # fall over it, relative; and more than any rise within it
TINY_RATIO = 0.1  # of RATIO_LOW: steps so small that even a short run tells

# The learning rate. An update ratio is ||update|| / ||weights||; about 1e-3 is wanted.
RATIO_WANTED = 1e-3
RATE_ABSURD = 10.0  # a part of such a rate is no better
RATE_ABSURD_BOUNDED = 1.0  # whose steps are about as long as the rate, whatever the gradient
RATIO_HIGH = 1e-2
RATIO_LOW = 1e-4
SURGE = 3.0  # training loss against the first, or a blind guess's
SURGE_ROWS = 2  # evaluations so high
RISEN = 1.5  # training loss against its lowest
RISEN_BLIND = 0.1  # and above it by this share of a blind guess's loss
UNFINISHED = 0.5  # of the first loss still left
LINEAR = 0.4  # fall of the second half of a curve against that of the first
STILL = 0.1  # share of the first loss that a barely moving curve has lost

VANISHING = 1e-3  # smallest gradient norm of a weight matrix against the largest

# Nothing learned.
LEARNED = 0.05  # share of a blind guess's loss that must be gone
GUESSED = 0.6  # a share below that may be guessed, where nobody knows the classes
GUESSED_R2 = 0.2
NO_BASELINE = 0.7  # of a blind guess's loss left counts as poor where there is no baseline to compare with

# Units.
DEAD_ALL = 0.999
DEAD_MANY = 0.5
DEAD_RISE = 0.2
SATURATED = 0.5  # of a layer's outputs

# Oscillation.
OSCILLATING_ROWS = 10  # evaluations
TURNS = 0.5  # share of the steps at which the curve changes direction
SWING = 0.1  # median step, as a share of a blind guess's loss

# A flat beginning.
FLAT = 0.98  # of the first loss still there
FLAT_ROWS = 3
FLAT_SHARE = 0.2  # of all evaluations
FALLEN = 0.5  # of the first loss left at the end

# Training against validation.
GAP = 0.1
GAP_ERRORS = 3.0  # standard errors
RISE_ERRORS = 2.0
LOSS_SPREAD = 1.5  # standard deviation of one example's loss, in units of the mean loss
NO_GAP = 0.02
CEILING = 0.95  # a training score beyond this leaves no room

# The end.
GAIN_NOTE = 0.05  # fall of the validation loss over the last fifth, relative
GAIN_WARN = 0.25
LAST = 0.2
CEILING_SCORE = 0.99

# Against simple models.
WORSE_ERRORS = 2.0
TELLING_ERRORS = 3.0

# Runs with one thing changed.
ATTEMPT_SECONDS = 20.0  # estimated, that they may take in all, however short the run was
ATTEMPT_MOST = 14  # changes that are tried
ATTEMPT_REPEATED = 3  # of them, that are tried again
ATTEMPT_SEEDS = 3  # from which the best are tried
ATTEMPT_LEAST_STEPS = 60
ATTEMPT_COMPILE = 0.5  # seconds that a change of structure takes to compile, and a quarter as much for each layer
HELPED_SPREADS = 2.0  # standard errors of the difference over the seeds
HELPED_ERRORS = 2.5  # standard errors by the luck of the validation rows
HELPED_SHARE = 0.15  # of what is left to gain
HELPED_LOSS = 0.25  # the same of the training loss
FAR_BEHIND = 4.0  # standard errors to the best simple model, with which a run is not well although nothing helps
UNKNOWN = 0.05  # probability that the cause is none of those that were thought of
IDLE = 0.1  # what is left of a cause's probability when its change did not help

# Rows learned by heart.
NOTHING_ROWS = 60  # validation rows
NOTHING_LEARNED = 0.3  # of what a blind guess leaves, learned of the training rows
MISSED = 0.8  # of the share that one class has in a mean over classes, that is lost where it is missed
