"""Tests of the classic models."""
