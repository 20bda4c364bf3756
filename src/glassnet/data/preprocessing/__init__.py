"""What is done to inputs and targets before the network sees them; it is stored in the model."""
