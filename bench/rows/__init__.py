"""One comparison a file: the same work, written for each peer as its users write it."""
