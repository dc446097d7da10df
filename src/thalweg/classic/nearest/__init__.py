"""The nearest training rows, and what they say: exact, in bounded memory, for every k and every fold at once."""
