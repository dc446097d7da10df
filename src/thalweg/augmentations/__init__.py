"""Changes of training images that leave what they show the same, drawn anew for each example and step."""
