"""`python -m examples.synthetic_lists FOLDER [--quality degraded]`: the list of 667 rows as files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from examples.synthetic_lists.degrade import QUALITIES
from examples.synthetic_lists.files import (
    write_list_csv,
    write_list_docx,
    write_list_html,
    write_list_xlsx,
    write_scan_pdf,
    write_text_pdf,
)
from examples.synthetic_lists.pages import draw_pages, sheet_of
from examples.synthetic_lists.rows import PAGES, ROWS, make_list


def main(arguments: list[str]) -> int:
    """The files are in the folder; 0 if they are, 1 if the folder holds something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quality", choices=QUALITIES, default="clean", help="of the scan")
    parser.add_argument("--seed", type=int, default=2019)
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--rows", type=int, default=ROWS)
    options = parser.parse_args(arguments)
    folder: Path = options.folder
    if folder.exists() and any(folder.iterdir()):
        print("That folder is not empty; name a new one.", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    one = make_list(options.seed, pages=options.pages, rows=options.rows)
    with (folder / "scan.pdf").open("wb") as out:
        write_scan_pdf(draw_pages(one, quality=options.quality, seed=options.seed), out, title=one.title)
    sheets = [sheet_of(one, page) for page in range(len(one.pages))]
    (folder / "printed.pdf").write_bytes(write_text_pdf(sheets, title=one.title))
    (folder / "list.xlsx").write_bytes(write_list_xlsx(one))
    (folder / "list.docx").write_bytes(write_list_docx(one))
    (folder / "list.html").write_bytes(write_list_html(one))
    (folder / "list.csv").write_bytes(write_list_csv(one))
    print(f"{len(one.rows)} rows on {len(one.pages)} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
