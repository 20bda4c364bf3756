"""Runs: settings, directories, and what is kept of a training."""
