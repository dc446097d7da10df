"""Sets that parameters are brought back to after each step."""
