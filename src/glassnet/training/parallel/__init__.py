"""Who computes the steps of a training: one process, or several. It changes the time they take, never a number."""
