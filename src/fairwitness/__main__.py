"""`python -m fairwitness` is the command `fairwitness`."""

from fairwitness.cli import main

main()
