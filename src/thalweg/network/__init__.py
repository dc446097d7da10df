"""Layers put together: their names, shapes, initial weights and inner values."""
