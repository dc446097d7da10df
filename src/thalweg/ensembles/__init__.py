"""Several networks that answer as one: how they come about, how they are averaged, and what that gains."""
