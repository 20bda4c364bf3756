"""Files to arrays: reading, preprocessing, splitting, batching."""
