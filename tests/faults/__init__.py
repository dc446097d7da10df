"""Runs whose faults are known, their healthy twins, and healthy runs that look ill."""
