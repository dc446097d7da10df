"""Units that say yes or no by the sign of a sum, and the rules of 1957 to 1988 by which one and several learn."""
