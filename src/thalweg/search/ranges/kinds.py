"""Every kind of range."""

from thalweg.search.ranges.choice import Choice
from thalweg.search.ranges.integer import Integer
from thalweg.search.ranges.log_uniform import LogUniform
from thalweg.search.ranges.uniform import Uniform

Over = Uniform | LogUniform | Integer | Choice
