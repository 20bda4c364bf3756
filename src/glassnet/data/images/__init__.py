"""Images: changed, corrected, and read from pictures."""
