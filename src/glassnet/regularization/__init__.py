"""What makes learning harder, so that what is learned holds elsewhere."""
