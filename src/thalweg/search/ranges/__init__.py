"""The values that a setting may take: evenly, evenly in logarithms, whole numbers, one of several."""
