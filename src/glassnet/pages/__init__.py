"""Pages in one file: they fetch nothing, and work offline."""
