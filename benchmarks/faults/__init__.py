"""Faults that are tried against the product: what was tried, and whether it holds."""
