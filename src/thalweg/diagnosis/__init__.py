"""From what was measured to findings in plain words."""
