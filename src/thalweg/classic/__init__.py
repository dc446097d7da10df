"""Classic models to hold a network against."""
