"""``python -m glassnet``: the same as the command ``glassnet``."""

from .cli.main import main

main()
