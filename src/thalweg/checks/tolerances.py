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
GRADIENT_JUMP = 1e-2  # share of a slope by which the differences to either side may
GRADIENT_FINE = 1e-6  # relative error that passes
GRADIENT_KINKS = 1e-4  # the same where kinks were met, for not each is found
GRADIENT_WRONG = 1e-2  # from here on there is no doubt
GRADIENT_ZERO = 1e-9  # of the objective's value: gradients smaller than that are 0 but for rounding
GRADIENT_PARAMETERS = 2**25  # laid in one row of 64 bits they take 256 MB, several times over
GRADIENT_WORK = 3e10  # multiply-adds that the check may take: some seconds of two cores

# Data.
DATA_ROWS = 20_000  # looked at, at most
DATA_NUMBERS = 20_000_000  # rows times inputs, at most: a few hundred megabytes
RMS_HIGH = 10.0  # root mean square of one input; standardised inputs have 1, pixels in 0 .. 1 less
RMS_LOW = 0.01  # of all inputs together: as after dividing pixels by 255 twice
OFF_CENTRE = 3.0  # |mean| of one input, and in units of its standard deviation
SHARED_ROWS = 0.005  # share of validation rows that are also training rows
IMBALANCE = 10.0  # most frequent class against rarest
RELATED_ROWS = 200  # fewest rows to judge on
RELATED_SURE = 1_000  # from so many rows on, no sign is worth a warning
RELATED_MOST = 2_000
RELATED_SIGMAS = 2.0  # of the nearest neighbours' agreement
RELATED_CHANCE = 0.05  # of any input standing out by luck, over all inputs together
RELATED_MET = 10.0  # rows, by chance, in which an input's and a class's unusual values must meet
