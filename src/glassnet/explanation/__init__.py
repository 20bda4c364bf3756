"""One example taken apart: forward and backward in real numbers, each with its equation and where it is computed."""
