"""What is learned before or without labels."""
