"""Training: populations advanced by one compiled program, watched by observers, steered by controllers."""
