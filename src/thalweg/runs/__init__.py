"""Run directories: written whole, read with suspicion."""
