"""`python -m examples.investigation FOLDER`: makes FOLDER anew, and prints what the report says beside what is true."""

from __future__ import annotations

import argparse
from pathlib import Path

from examples.investigation.compare import compared
from examples.investigation.run import fresh, investigate


def main() -> None:
    """Run it and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=8)
    parser.add_argument("--rows", type=int, default=88)
    options = parser.parse_args()
    made = investigate(fresh(options.folder), pages=options.pages, rows=options.rows)
    print(f"\nPlanted: {', '.join(f'{count} {what}' for what, count in made.planted.items())}")
    print(f"{'':44} true   reported   interval        bounds")
    for one in compared(made):
        print(one)
    print(f"\nRead {made.report / 'report.html'}; {made.report / 'desk' / 'report.html'} leads to the pixels.")


if __name__ == "__main__":
    main()
