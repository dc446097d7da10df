"""How far off a measurement may be: every number that a check is judged by."""

# Initial loss: shares of the expected loss.
FIRST_LOSS_WARN = 0.25
FIRST_LOSS_FAIL = 1.0
FIRST_LOSS_ROWS = 2_000

# A tiny set.
TINY_ROWS = 20
TINY_RATES = (3e-4, 3e-3, 3e-2)  # of Adam; one suits nearly every network
TINY_CHUNK = 100  # steps between looks
TINY_STEPS = 800
TINY_SECONDS = 10.0  # after which a very large network is let go unjudged
TINY_LOSS = 0.05  # of a blind guess's loss
TINY_APART = 0.02  # of the typical distance: rows closer together are as good as the same
TINY_CANDIDATES = 400  # rows that the tiny set is picked from

# The gradient beside differences of the objective's values.
GRADIENT_ROWS = 16  # examples that the objective is of
GRADIENT_STEP = 1e-5
GRADIENT_SMALL_STEP = 1e-8  # along all entries of a large tensor
GRADIENT_ENTRIES = 8  # of each tensor that are moved one by one
GRADIENT_BEND = 1e-6  # share of a slope by which two centred differences may disagree
GRADIENT_STAYS = 0.75  # of the distance between both sides that is there at half the step, too: then it is a kink
GRADIENT_JUMP = 1e-2  # share of a slope by which the differences to either side may
GRADIENT_FINE = 1e-6  # relative error that passes
GRADIENT_KINKS = 1e-4  # the same where kinks were met, for not each is found
GRADIENT_WRONG = 1e-2  # from here on there is no doubt
GRADIENT_ZERO = 1e-9  # of the objective's value: gradients smaller than that are 0 but for rounding
GRADIENT_PARAMETERS = 2**25  # laid in one row of 64 bits they take 256 MB, several times over
GRADIENT_WORK = 3e10  # multiply-adds that the check may take: some seconds of two cores

# The range of learning rates.
RATE_STARTS = 3  # first weights and orders of examples
RATE_DECADES = (-8, 2)  # powers of ten that are tried at most
RATE_FINE = 4  # rates a decade, close to the best
RATE_SIDE = 4  # to either side of it
RATE_BAD = 0.5  # the logarithm of a loss grown by so much: as bad as any
# By how many powers of ten the lowest, the suggested and the highest rate for a whole run lie beyond the one that is
# fastest over so many steps; measured as `bench/RESULTS.md` tells. Over fewer steps less is known.
RATE_SHIFTS = {
    100: (-0.86, -0.3, 0.14),
    50: (-0.86, -0.3, 0.14),
    20: (-0.9, 0.0, 0.55),
}
RATE_LUCK = -0.3  # with less than that gained, every power of ten is tried
RATE_GAIN = -0.02  # the logarithm of a loss fallen by 2%: with less, nothing was learned to judge by
RATE_TOO_HIGH = 2.5  # times the highest rate: beyond it a run's own rate is worth a warning
RATE_TOO_LOW = 0.1  # times the lowest
RATE_SECONDS = 15.0  # estimated, that the tries may take at most
RATE_BATCH = 32  # examples of a step where steps are dear
RATE_WALK = 4  # tries that it takes to find the decade, about

# Data.
DATA_ROWS = 20_000  # looked at, at most
DATA_NUMBERS = 20_000_000  # rows times inputs, at most: a few hundred megabytes
RMS_HIGH = 10.0  # root mean square of one input; standardised inputs have 1, pixels in 0 .. 1 less
RMS_LOW = 0.01  # of all inputs together: as after dividing pixels by 255 twice
OFF_CENTRE = 3.0  # |mean| of one input, and in units of its standard deviation
OUT_OF_REACH = 0.01  # share of the targets that the last activation may keep out of reach
COPIES_NOTE = 0.5  # share of training rows that are copies of others, from which on it is said
COPIES_WARN = 0.9
COPIES_LEVELS = 1 / 3  # of the rows that differ: where no column holds so many values, copies are to be expected
COPIES_FEW = 8  # the same, however few rows differ
CONSTANT_MOST = 0.5  # share of inputs that never vary, from which on hardly anything is left to go by
SHARED_ROWS = 0.005  # share of validation rows that are also training rows
IMBALANCE = 10.0  # most frequent class against rarest
EVENED = 1.01  # the same of the classes' weights in all, up to which they count the same
RELATED_ROWS = 200  # fewest rows to judge on
RELATED_SURE = 1_000  # from so many rows on, no sign is worth a warning
RELATED_MOST = 2_000
RELATED_SIGMAS = 2.0  # of the nearest neighbours' agreement
RELATED_CHANCE = 0.05  # of any input standing out by luck, over all inputs together
RELATED_MET = 10.0  # rows, by chance, in which an input's and a class's unusual values must meet

# A fresh network: what its layers put out, and a few steps of its own update rule.
FRESH_ROWS = 256  # training rows that are put through it, at most
FRESH_STEP_ROWS = 64  # rows of a step, at most
FRESH_FEWEST = 8  # rows below which nothing is judged
FRESH_STEPS = 4  # a layer of zeros may hide the ones before it for a step; a block of them, for three
FRESH_WORK = 4e10  # multiply-adds that either may take: some seconds of two cores
SAME_UNIT = 1e-3  # of the length of a unit's weights or gradient: units closer together are one and the same
SAME_SHARE = 0.5  # of a layer's units from which on copies are no accident
SCALE_RATIO = 10.0  # of standard deviations, from layer to layer
SCALE_LOST = 1e4  # the same, whatever the weights
SCALE_GAIN = 2.7  # of the weights' variance against the rule's
DEAD_ALL = 0.999  # of a layer's units
DEAD_MANY = 0.5
DEAD_FEWEST = 4  # dead units that are no accident in a narrow layer
MIXED = 1e-5  # of a layer's largest output: changes smaller than that are rounding
LOSS_APART = 1e-4  # of the mean loss: changes of a row's loss smaller than that are rounding
LOSS_SHARE = 0.01  # that a loss twice as high may be off by
ASCENT = 0.02  # cosine between a step and the gradient, beside what chance makes of few numbers
INPUTS_GAP = 0.05  # of the loss without the inputs, by which they must lower it
UNREAD_ROWS = 16  # in which each input is changed
UNREAD_INPUTS = 1_024  # that are tried, at most
