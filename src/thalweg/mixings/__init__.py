"""Mixings: what becomes of two training examples, and what each one's target then counts."""
