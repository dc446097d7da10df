"""What the drawn parameters become before the first step, from the training rows."""
