"""What each layer's updates are multiplied by."""
