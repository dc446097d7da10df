"""What every part promises, put to every part."""
