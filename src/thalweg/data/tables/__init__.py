"""Tables from files and frames: read, understood, made into columns."""
