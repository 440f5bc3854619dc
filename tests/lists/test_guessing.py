from fairwitness.core.tables import PageTables, Table, TableCell
from fairwitness.lists.guessing import guess_setup
from fairwitness.lists.setup import parse_setup, write_setup


def table(rows: list[list[str]], header_rows: int = 1) -> PageTables:
    cells = tuple(
        TableCell(r, c, box=(c * 10, r * 10, c * 10 + 10, r * 10 + 10), text=text)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    )
    whole = (0, 0, len(rows[0]) * 10, len(rows) * 10)
    return PageTables(1, (Table("ruled", whole, len(rows), len(rows[0]), cells, header_rows),), (), 1000, 1000, 200)


def number(serial: int) -> str:
    """A number with the check figure of GB 11643-1999, of the years before 1900, so of nobody alive."""
    body = f"6541231899010{serial % 10}{serial % 1000:03d}"
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    total = sum(int(figure) * weight for figure, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def test_kinds_are_guessed_from_what_the_cells_hold():
    head = ["序号", "姓名", "身份证号码", "日期", "性别", "原因"]
    body = [
        [str(n), f"阿·某{n}", number(n), f"2017.{n % 12 + 1}", "男女"[n % 2], f"第{n}条：" + "因某种原因在某处某时" * 3]
        for n in range(1, 30)
    ]
    setup = guess_setup([table([head, *body])])
    kinds = [(column.kind, column.scheme) for column in setup.columns]
    assert kinds == [
        ("number", ""),
        ("name", ""),
        ("identity", "cn-resident"),
        ("date", ""),
        ("code", ""),
        ("free", ""),
    ]
    assert [column.name for column in setup.columns] == ["c1", "c2", "c3", "c4", "c5", "c6"]
    assert [column.title for column in setup.columns] == head
    assert setup.columns[4].codes == ("女", "男")
    assert all(column.personal for column in setup.columns)
    assert parse_setup(write_setup(setup)) == setup


def test_latin_headers_give_names_and_no_name_twice():
    setup = guess_setup([table([["No", "Full name", "No", "1st", "Doğum tarihi"], ["1", "A", "B", "C", "D"]])])
    assert [column.name for column in setup.columns] == ["no", "full_name", "c3", "c4", "dogum_tarihi"]


def test_the_first_column_of_a_pictured_uyghur_list_is_the_rightmost():
    setup = guess_setup([table([["يېشى", "ئىسمى", "نومۇرى"], ["٣٤", "سىناق", "1"]])])
    assert setup.right_to_left
    assert [column.title for column in setup.columns] == ["نومۇرى", "ئىسمى", "يېشى"]


def test_the_columns_are_those_of_most_rows():
    small = table([["x", "y"], ["1", "2"]])
    large = table([["a", "b", "c"]] + [["1", "2", "3"]] * 9)
    assert len(guess_setup([small, large]).columns) == 3


def test_no_table_gives_no_columns():
    assert guess_setup([PageTables(1)]).columns == ()
