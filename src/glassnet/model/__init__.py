"""What is kept and used: a network with its preprocessing and the meaning of its outputs."""
