"""Messes around the rows: titles, several tables, sheets, help texts, notes and leftovers (M1, M4, M8, M9, M19, M20, M33, M35)."""

from __future__ import annotations

import itertools

from lib.datasets import DATASETS
from lib.spec.fields import Need
from lib.spec.period import title_of
from tests.support.mess.clean import clean_rows
from tests.support.mess.kinds import AROUND, BODY, TABLES, mess, own_tables
from tests.support.mess.layout import PERIOD, Block, Book, Column, Line, Page, Table, clean_table

NOTES = (
    "一、本表由各街镇房管办填写，每月5日前报送。",
    "二、数据截止到月末。",
    "三、没有的项目填“/”。",
    "内部资料　注意保管",
    "普陀区房屋管理局制",
    "2021—2025年",
    "第1页　共3页",
)

# -- M1: titles --------------------------------------------------------------------------------------------------------


def _title(book: Book) -> str:
    return f"普陀区{book.table.dataset.title}（{title_of(PERIOD)}）"


@mess("M1a", "title merged over the whole width", AROUND)
def _merged_title(book: Book) -> bool:
    if not book.claim("title"):
        return False
    book.table.titles[0].merged = len(book.table.columns)
    return True


@mess("M1b", "two merged titles", AROUND)
def _two_titles(book: Book) -> bool:
    if not book.claim("title"):
        return False
    book.table.titles[0].merged = len(book.table.columns)
    book.table.titles.insert(
        0, Line({0: "上海市普陀区住房保障和房屋管理局月报"}, merged=len(book.table.columns))
    )
    return True


@mess("M1c", "title in the middle, not merged", AROUND)
def _middle_title(book: Book) -> bool:
    if not book.claim("title"):
        return False
    book.table.titles[0] = Line({len(book.table.columns) // 2: _title(book)})
    return True


@mess("M1d", "header far down, below notes", AROUND)
def _far_down(book: Book) -> bool:
    if not book.claim("notes above"):
        return False
    for _ in range(book.rng.randint(5, 25)):
        line = Line({0: book.rng.choice(NOTES)}) if book.rng.random() < 0.6 else Line()
        book.table.titles.insert(book.rng.randint(1, len(book.table.titles)), line)
    return True


@mess("M1e", "title with blanks and line breaks", AROUND)
def _spaced_title(book: Book) -> bool:
    if not book.claim("title"):
        return False
    book.table.titles[0] = Line(
        {0: f"　普 陀 区\n{book.table.dataset.title}\n（ 2024 年 9 月 ）　"}, merged=len(book.table.columns)
    )
    return True


@mess("M1f", "month on a line of its own", AROUND)
def _own_month(book: Book) -> bool:
    if not book.claim("title"):
        return False
    book.table.titles[0] = Line({0: f"普陀区{book.table.dataset.title}"})
    told = book.rng.choice(
        [
            {0: "报告期：2024年9月"},
            {0: "报告期：", 1: "2024年9月"},
            {3: "报告期:2024-09"},
            {0: "截至2024年9月30日"},
            {2: "报告期：２０２４．９"},
        ]
    )
    book.table.titles.insert(1, Line(dict(told)))
    return True


@mess("M1g", "table not in the corner of the sheet", AROUND)
def _off_corner(book: Book) -> bool:
    if not book.claim("corner"):
        return False
    book.page.top, book.page.left = book.rng.randint(0, 4), book.rng.randint(1, 4)
    return True


@mess("M1h", "form code above the table", AROUND)
def _form_code(book: Book) -> bool:
    if not book.claim("form code"):
        return False
    book.table.titles.insert(1, Line({len(book.table.columns) - 1: f"表号：{book.table.dataset.form_code}"}))
    return True


# -- M4: lines of the office -------------------------------------------------------------------------------------------


@mess("M4a", "lines of the preparer below the table", BODY)
def _signatures(book: Book) -> bool:
    if not book.claim("signatures"):
        return False
    table = own_tables(book)[-1]
    lines = book.rng.choice(
        [
            [{0: "填表人：张某某　　审核人：李某某　　联系电话：　　　填表日期：2024年10月8日"}],
            [{0: "填报人：", 1: "张某某", 3: "审核人：", 4: "李某某", 6: "日期：2024年10月8日"}],
            [{0: "单位负责人（签字）：", 4: "（盖章）"}, {4: "2024年10月8日"}],
            [{0: "制表："}, {0: "复核："}, {2: "（公章）"}],
        ]
    )
    table.after += (
        [Line()] * 0 + [Line() for _ in range(book.rng.randint(0, 2))] + [Line(dict(one)) for one in lines]
    )
    return True


@mess("M4b", "remarks below the table", BODY)
def _remarks(book: Book) -> bool:
    if not book.claim("remarks"):
        return False
    table = own_tables(book)[-1]
    text = book.rng.choice(
        [
            "注：1．户数以产证为准。",
            "说明：本表数据来源于各街镇。",
            "备注：月末数。",
            "填表说明：\n1.每行一个\n2.不得合并",
        ]
    )
    table.after.append(Line({0: text}))
    return True


@mess("M4c", "reporter beside other lines", AROUND)
def _reporter_line(book: Book) -> bool:
    if not book.claim("reporter"):
        return False
    book.table.titles[-2] = Line(
        dict(
            book.rng.choice(
                [
                    {0: "填报单位：普陀区房管局　　填报日期：2024年10月8日"},
                    {0: "填报单位：", 1: "普陀区房管局", 4: "填表日期：", 5: "2024-10-08"},
                    {0: "编制部门：普陀区住房保障和房屋管理局（盖章）"},
                    {0: "填报单位（盖章）：普陀区房屋管理局", 5: "填表人：张某某"},
                ]
            )
        )
    )
    return True


# -- M8: sheets --------------------------------------------------------------------------------------------------------


@mess("M8a", "sheet name with blanks or the form code", AROUND)
def _sheet_name(book: Book) -> bool:
    if not book.claim("sheet name"):
        return False
    code = book.table.dataset.form_code
    book.page.name = book.rng.choice(
        [" 业务表 ", "汇报表   ", f"{code} 月报", f"附件1-{code}", "Sheet1 (2)", "９月"]
    )
    return True


@mess("M8b", "a sheet of instructions before the form", AROUND)
def _instructions(book: Book) -> bool:
    if not book.claim("instructions"):
        return False
    texts = [
        "填表说明",
        "一、小区编码按区局统一编码填写",
        "二、日期按 2024-09-30 填写",
        "三、请勿填写姓名、电话",
    ]
    book.pages.insert(0, Page("填表说明", loose={(row, 0): text for row, text in enumerate(texts)}))
    return True


@mess("M8c", "a cover and an empty sheet", AROUND)
def _cover(book: Book) -> bool:
    if not book.claim("cover"):
        return False
    cover = Page("封面", loose={(3, 2): "普陀区房管局", (5, 2): "月度报表", (7, 2): "二〇二四年九月"})
    book.pages.insert(0, cover)
    book.pages.append(Page("Sheet3"))
    book.expect("T15", lambda: ("封面", ""))
    return True


@mess("M8d", "another form on another sheet", TABLES)
def _other_form(book: Book) -> bool:
    if book.expected.dataset or not book.claim("other form"):
        return False
    book.pages.insert(book.rng.choice([0, len(book.pages)]), Page("另一表", [_other(book)]))
    return True


def _other(book: Book) -> Table:
    taken = {one.dataset.id for one in book.tables()}
    others = [one for one in DATASETS.values() if one.id not in taken]
    dataset = book.rng.choice(others)
    return clean_table(dataset, clean_rows(dataset, 20))


# -- M9: several tables ------------------------------------------------------------------------------------------------


def _split(book: Book, parts: int) -> list[Table]:
    """The further tables that take over a part of the rows of the first."""
    first = book.table
    lines = first.body
    cuts = [round(len(lines) * part / parts) for part in range(parts + 1)]
    made = []
    for start, end in itertools.pairwise(cuts[1:]):
        columns = [Column(one.field, one.title, one.above) for one in first.columns]
        new = dict(zip(first.columns, columns, strict=True))
        body = [
            Line(
                {new[key] if isinstance(key, Column) else key: value for key, value in line.cells.items()},
                line.values,
            )
            for line in lines[start:end]
        ]
        made.append(Table(first.dataset, columns, [], body))
    first.body = lines[: cuts[1]]
    for table in made:
        book.at_head("T29", table)
    return made


@mess("M9a", "the same form in blocks side by side", TABLES)
def _side_by_side(book: Book) -> bool:
    if not book.claim("tables"):
        return False
    for table in _split(book, book.rng.randint(2, 3)):
        table.place, table.gap = "right", book.rng.randint(1, 3)
        book.page.tables.append(table)
    return True


@mess("M9b", "the same form again below", TABLES)
def _one_under_the_other(book: Book) -> bool:
    if not book.claim("tables"):
        return False
    for table in _split(book, book.rng.randint(2, 3)):
        table.gap = book.rng.randint(1, 4)
        if book.rng.random() < 0.4:
            table.titles = [Line({0: f"{table.dataset.title}（续表）"})]
        book.page.tables.append(table)
    return True


@mess("M9c", "the header again in the middle of the rows", TABLES)
def _repeated_header(book: Book) -> bool:
    if not book.claim("tables"):
        return False
    for table in _split(book, book.rng.randint(2, 3)):
        table.gap = 0
        book.page.tables.append(table)
    return True


@mess("M9d", "the same form on several sheets", TABLES)
def _several_sheets(book: Book) -> bool:
    if not book.claim("tables"):
        return False
    for number, table in enumerate(_split(book, book.rng.randint(2, 4))):
        table.titles = [Line(dict(one.cells)) for one in book.table.titles]
        book.pages.insert(book.pages.index(book.page) + 1 + number, Page(f"第{number + 2}批", [table]))
    return True


@mess("M9e", "another form on the same sheet", TABLES)
def _other_form_beside(book: Book) -> bool:
    if book.expected.dataset or not book.claim("tables"):
        return False
    table = _other(book)
    table.gap = book.rng.randint(1, 4)
    table.place = book.rng.choice(["right", "below"])
    if table.place == "right":
        table.titles = table.titles[: len(book.table.titles)]
    book.page.tables.append(table)
    return True


# -- M19, M33: texts beside and below ----------------------------------------------------------------------------------

HELP = (
    [["填表说明"], ["1.小区编码按区局统一编码填写"], ["2.日期按年月日填写"]],
    [["说明：", "红色列必填"], ["", "没有的填“/”"]],
    [["注意", "每月", "5日前报送"]],
)
LEFTOVERS = ([["上月数", 12, 30], ["差额", 1]], [["草稿"], ["核对用"]], [[17, 3, 5]], [["", "核对", "是"]])


@mess("M19a", "help text beside the table", AROUND)
def _help(book: Book) -> bool:
    if not book.claim("beside"):
        return False
    block = Block(
        [list(line) for line in book.rng.choice(HELP)],
        "right",
        book.rng.randint(1, 3),
        book.rng.randint(0, 5),
    )
    page = book.page
    page.blocks.append(block)
    book.expect("T33", lambda: (page.name, block.cell))
    return True


def _lowest(page: Page) -> Table:
    """The table below which there is nothing more."""
    return next(one for one in reversed(page.tables) if one.place != "right" or one is page.tables[0])


def _leave(book: Book, *, on_key: bool) -> bool:
    page = book.page
    table = _lowest(page)
    keys = [
        at
        for at, one in enumerate(table.columns)
        if one.field is not None and one.field.name in table.dataset.key
    ]
    lines = [["草稿"], ["核对用"]] if on_key else book.rng.choice(LEFTOVERS)
    width = max(map(len, lines))
    if on_key and not any(
        one.need is Need.REQUIRED and one.name not in table.dataset.key for one in table.dataset.fields
    ):
        return False
    if on_key:
        starts = [at for at in range(len(table.columns) - width) if at in keys]
    else:
        starts = [
            at for at in range(len(table.columns) - width) if not set(range(at, at + width)) & set(keys)
        ]
    if not starts or 2 * width >= len(table.columns) or not book.claim("leftovers"):
        return False
    block = Block([list(line) for line in lines], "below", book.rng.randint(2, 5), book.rng.choice(starts))
    page.blocks.append(block)
    book.expect("T34", lambda: (page.name, block.cell))
    return True


@mess("M33a", "leftovers below the table", AROUND)
def _leftovers(book: Book) -> bool:
    return _leave(book, on_key=False)


@mess("M33c", "leftovers below the table, in the column of the key", AROUND)
def _leftovers_of_key(book: Book) -> bool:
    return _leave(book, on_key=True)


@mess("M33b", "cells with blanks and signs for nothing far away", AROUND)
def _specks(book: Book) -> bool:
    if not book.claim("specks"):
        return False
    book.page.blocks.append(Block([[" "], ["　"], ["-"]], "below", 40, 2))
    return True


# -- M20: hidden sheets ------------------------------------------------------------------------------------------------


@mess("M20a", "a hidden sheet with an older form", AROUND)
def _hidden_sheet(book: Book) -> bool:
    return _hide(book, "hidden", "旧表")


@mess("M20b", "a very hidden sheet", AROUND)
def _very_hidden_sheet(book: Book) -> bool:
    return _hide(book, "very", "参数")


def _hide(book: Book, how: str, name: str) -> bool:
    dataset = book.table.dataset
    page = Page(name, [clean_table(dataset, clean_rows(dataset, 5))], hidden=how)
    book.pages.insert(book.rng.randint(0, len(book.pages)), page)
    book.expect("F35" if how == "very" else "F08", lambda: (name, ""))
    return True


# -- M35: 口径 ---------------------------------------------------------------------------------------------------------


@mess("M35a", "the form in two 口径", TABLES)
def _two_bases(book: Book) -> bool:
    if not book.claim("tables", "title", "sheet name"):
        return False
    first = book.table
    other = clean_table(first.dataset, clean_rows(first.dataset, 20))
    book.page.name = "单位口径"
    book.pages.insert(book.pages.index(book.page) + 1, Page("部门口径", [other], skipped=True))
    book.at_head("T26", other)
    return True


@mess("M35b", "one 口径 named in the title", AROUND)
def _one_basis(book: Book) -> bool:
    if not book.claim("title"):
        return False
    book.table.titles[0] = Line({0: f"普陀区{book.table.dataset.title}（部门口径）（{title_of(PERIOD)}）"})
    return True
