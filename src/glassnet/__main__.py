"""``python -m glassnet``: the same as the command ``glassnet``."""

from .app.command import main

main()
