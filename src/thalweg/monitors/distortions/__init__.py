"""Changes of images by a given strength, to measure how much of them a network withstands: pixels of 0 to 255."""
