"""Races and trials, each a program of its own."""
