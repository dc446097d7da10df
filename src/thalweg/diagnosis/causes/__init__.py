"""One suspected cause a file: a function of a case that yields the experiments without it."""
