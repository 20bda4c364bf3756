"""The function and its gradient."""
