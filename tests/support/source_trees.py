"""Trees of source files, on which rules about source are tried."""


def write_tree(root, files):
    """Write files, by their names below the root and what they hold."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
