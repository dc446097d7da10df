"""Ways to go about a search: each says what to try next, and hangs on what is known alone."""
