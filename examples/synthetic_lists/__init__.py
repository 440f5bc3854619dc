"""Made-up lists with everything known of them, for tests and benchmarks; no person in them exists.

one = make_list()                              # 667 rows on 137 pages
page = draw_page(one, 0, quality="degraded")   # page.image, page.tables[0].cells[5].quad
"""

from examples.synthetic_lists.degrade import QUALITIES, degraded, stamped, turned
from examples.synthetic_lists.files import (
    table_of,
    write_list_csv,
    write_list_docx,
    write_list_html,
    write_list_xlsx,
    write_scan_pdf,
    write_text_pdf,
)
from examples.synthetic_lists.found import perfect_tables
from examples.synthetic_lists.layout import NoFont
from examples.synthetic_lists.pages import draw_page, draw_pages, sheet_of
from examples.synthetic_lists.rows import PAGES, ROWS, SLIPS, make_list, make_other_list
from examples.synthetic_lists.sets import SETS, MadeSet, wide_list
from examples.synthetic_lists.truth import (
    Quad,
    Ruling,
    Slip,
    TrueCell,
    TrueColumn,
    TrueLine,
    TrueList,
    TruePage,
    TrueTable,
    box_of,
)

__all__ = [
    "PAGES",
    "QUALITIES",
    "ROWS",
    "SETS",
    "SLIPS",
    "MadeSet",
    "NoFont",
    "Quad",
    "Ruling",
    "Slip",
    "TrueCell",
    "TrueColumn",
    "TrueLine",
    "TrueList",
    "TruePage",
    "TrueTable",
    "box_of",
    "degraded",
    "draw_page",
    "draw_pages",
    "make_list",
    "make_other_list",
    "perfect_tables",
    "sheet_of",
    "stamped",
    "table_of",
    "turned",
    "wide_list",
    "write_list_csv",
    "write_list_docx",
    "write_list_html",
    "write_list_xlsx",
    "write_scan_pdf",
    "write_text_pdf",
]
