"""`python -m safeguarding`: the command, wherever its script may be."""

from safeguarding.cli import main

main()
