"""Monitors: pure measures taken inside the compiled program, which never change training."""
