"""One rule a file: a function of a case that returns a finding, or None."""
