"""What goes wrong in a training, and the advice that goes with it."""
