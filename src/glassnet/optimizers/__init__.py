"""The update: from a gradient to better parameters."""
