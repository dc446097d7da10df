"""From files that other programs wrote while they trained to one form."""
