"""Train many trials side by side: those of one structure by one compiled program."""
