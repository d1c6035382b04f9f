"""Files made to do harm, one generator for each kind, with what must come of them.

A kind is `Hostile(title, make, codes)`: `codes` are those of which one must be told first; "" stands for a file that is read
nevertheless. `shown`: the zip directory (or the first bytes) show it already.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from tests.support.workbooks import committee, form, workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET1 = "xl/worksheets/sheet1.xml"
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
    f'Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="{LINKS}/styles" '
    'Target="styles.xml"/></Relationships>',
    "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" count="2" uniqueCount="2"><si><t>甲</t></si><si><t>乙</t></si></sst>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
}


@dataclass(frozen=True)
class Hostile:
    """One kind. name: of the upload."""

    title: str
    make: Callable[[], bytes]
    codes: tuple[str, ...]
    name: str = "业委会.xlsx"
    shown: bool = False


@cache
def good() -> bytes:
    """The workbook into which the harm is planted where it needs a real one."""
    return workbook(form(*(committee(f"A{number}") for number in range(20))))


def sheet(rows: str, before: str = "", after: str = "") -> str:
    """The XML of a sheet."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def book(rows: str = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>', *, before: str = "", after: str = "", **parts: str) -> bytes:
    """A small workbook by hand. parts: texts, styles, workbook, links, sheet in place of the usual ones."""
    names = {"texts": "xl/sharedStrings.xml", "styles": "xl/styles.xml", "workbook": "xl/workbook.xml",
             "links": "xl/_rels/workbook.xml.rels", "sheet": SHEET1}
    files = {**PARTS, SHEET1: sheet(rows, before, after), **{names[key]: text for key, text in parts.items()}}
    return packed({name: text.encode("utf-8", "surrogatepass") for name, text in files.items()})


def packed(files: dict[str, bytes], *, filler: int = 0) -> bytes:
    """An archive. filler: bytes of noise beside, so that the ratio looks harmless."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
        if filler:
            out.writestr("xl/media/image1.png", random.Random(1).randbytes(filler))
    return sink.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def planted(old: bytes, new: bytes, part: str = SHEET1) -> bytes:
    """The good workbook with a piece of one part replaced."""
    files = parts_of(good())
    assert old in files[part], old
    files[part] = files[part].replace(old, new, 1)
    return packed(files)


def beside(name: str, data: bytes, *, filler: int = 0) -> bytes:
    """The good workbook with one more (or another) part."""
    return packed({**parts_of(good()), name: data}, filler=filler)


def rows_with(*cells: str) -> bytes:
    """The good workbook with further rows behind its own; each a whole `<row>`."""
    return planted(b"</sheetData>", "".join(cells).encode() + b"</sheetData>")


def cell(place: str, value: str = "1", more: str = "") -> str:
    """A row with one cell."""
    number = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{number}"><c r="{place}"{more}><v>{value}</v></c></row>'


def letters(column: int) -> str:
    """Excel's letters of a 1-based column."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def patched(data: bytes, entry: str, field: str, value: int) -> bytes:
    """The archive with a number of one entry changed in its directory and its local head alike."""
    at = {"flags": (8, 6, "<H"), "size": (24, 22, "<I"), "packed": (20, 18, "<I"), "method": (10, 8, "<H")}[field]
    changed = bytearray(data)
    start = -1
    while (start := changed.find(b"PK\x01\x02", start + 1)) >= 0:
        length = struct.unpack_from("<H", changed, start + 28)[0]
        if changed[start + 46 : start + 46 + length].decode() == entry:
            struct.pack_into(at[2], changed, start + at[0], value)
            (local,) = struct.unpack_from("<I", changed, start + 42)
            struct.pack_into(at[2], changed, local + at[1], value)
    return bytes(changed)


def twice(name: str) -> bytes:
    """The good workbook with one entry there twice."""
    files = parts_of(good())
    placeholder = "q" * len(name)
    return packed({**files, placeholder: files[name].replace(b"A1", b"B9")}).replace(placeholder.encode(), name.encode())


def overlapping() -> bytes:
    """Many entries of the directory that share the same packed bytes."""
    data = packed({**PARTS_BYTES, **{f"xl/worksheets/s{number:03}.xml": b" " * 1_000_000 for number in range(2, 40)}}, filler=300_000)
    changed = bytearray(data)
    first = changed.find(b"xl/worksheets/s002.xml") - 30
    start = -1
    while (start := changed.find(b"PK\x01\x02", start + 1)) >= 0:
        if changed[start + 46 : start + 61] == b"xl/worksheets/s":
            struct.pack_into("<I", changed, start + 42, first)
    return bytes(changed)


PARTS_BYTES = {**{name: text.encode() for name, text in PARTS.items()}, SHEET1: sheet("").encode()}


def streamed() -> bytes:
    """The good workbook written without going back: sizes stand behind the data."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.got: list[bytes] = []

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.got.append(bytes(data))  # type: ignore[call-overload]
            return len(self.got[-1])

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as out:  # type: ignore[arg-type]
        for name, data in parts_of(good()).items():
            out.writestr(name, data)
    return b"".join(pipe.got)


def zip64() -> bytes:
    """The good workbook with the long form of every size."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in parts_of(good()).items():
            with out.open(name, "w", force_zip64=True) as part:
                part.write(data)
    return sink.getvalue()


def many_sheets(count: int) -> bytes:
    """A workbook with so many sheets."""
    tags = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, count + 1))
    links = "".join(f'<Relationship Id="r{n}" Type="{LINKS}/worksheet" Target="worksheets/s{n}.xml"/>' for n in range(1, count + 1))
    files = {**PARTS, "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{tags}</sheets></workbook>',
             "xl/_rels/workbook.xml.rels": f"<Relationships>{links}</Relationships>",
             **{f"xl/worksheets/s{n}.xml": sheet("") for n in range(1, count + 1)}}
    return packed({name: text.encode() for name, text in files.items()})


def filled(rows: str) -> bytes:
    """A workbook with these rows, whose ratio looks harmless."""
    return packed({**PARTS_BYTES, SHEET1: sheet(rows).encode()}, filler=800_000)


def nested_zip() -> bytes:
    """A workbook that holds an archive of archives of nothing but zeros."""
    inner = packed({"0": bytes(20_000_000)})
    for _ in range(3):
        inner = packed({str(number): inner for number in range(8)})
    return beside("xl/embeddings/package.zip", inner)


def same_text_everywhere() -> bytes:
    """One text as long as a cell can hold, in 60,000 cells."""
    rows = "".join(f'<row r="{n}">' + "".join(f'<c r="{letters(c)}{n}" t="s"><v>0</v></c>' for c in range(1, 21)) + "</row>"
                   for n in range(1, 3001))
    return book(rows, texts=f'<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>{"a" * 32_767}</t></si></sst>')


def bad_xls() -> bytes:
    """An .xls whose only sheet says it is four thousand million rows high."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    begin = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    name = b"S1"
    ahead = len(begin) + 4 + 8 + len(name) + 4
    book = begin + record(0x85, struct.pack("<IBBBB", ahead, 0, 0, len(name), 0) + name) + record(0x0A, b"")
    page = record(0x809, struct.pack("<HHHHII", 0x600, 16, 0, 0, 0, 0))
    page += record(0x200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0))
    page += record(0x203, struct.pack("<HHHd", 0, 0, 0, 1.0)) + record(0x203, struct.pack("<HHHd", 65535, 255, 0, 1.0))
    page += record(0x0A, b"")
    return compound_file("Workbook", (book + page).ljust(4096, b"\0"))


def compound_file(name: str, content: bytes) -> bytes:
    """The smallest OLE2 file with one stream of at least 4,096 bytes."""
    sectors = (len(content) + 511) // 512
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096,
        0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    fat = struct.pack(f"<{len(chain)}I", *chain)

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = title.encode("utf-16-le")
        return (text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
                + struct.pack("<IQ", start, size))

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, len(content))
    return (head.ljust(512, b"\xff") + fat.ljust(512, b"\xff") + directory.ljust(512, b"\0") + content.ljust(sectors * 512, b"\0"))


def flipped(seed: int) -> bytes:
    """The good workbook with one bit of its packed sheet turned."""
    data = bytearray(good())
    with zipfile.ZipFile(io.BytesIO(good())) as archive:
        entry = archive.getinfo(SHEET1)
    at = entry.header_offset + 30 + len(SHEET1) + random.Random(seed).randrange(entry.compress_size)
    data[at] ^= 1 << (seed % 8)
    return bytes(data)


LAUGHS = "<!DOCTYPE l [" + '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)) + "]>"
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LINE = "小区编码,小区名称,街镇,组建状态,届别,任期起,任期止\n"
READ = ("",)


def xlsx_kinds() -> list[Hostile]:
    """Harm within the sheets of a workbook."""
    text = f'<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>{{}}</t></si></sst>'
    head, tail = PARTS["xl/sharedStrings.xml"].split(' count="2" uniqueCount="2"')
    spaces = f'<c r="A1" t="inlineStr"><is><t xml:space="preserve">{" " * 20_000_000}</t></is></c>'
    merge = '<mergeCells count="9">{}</mergeCells>'.format
    return [
        Hostile("one huge text", lambda: book(texts=text.format("a" * 18_000_000)), ("F33",)),
        Hostile("a text longer than a cell", lambda: book(texts=text.format("a" * 40_000)), ("F40",)),
        Hostile("a cell of spaces", lambda: book(f'<row r="1">{spaces}</row>'), ("F33", "F05")),
        Hostile("spaces between rows", lambda: book(" " * 19_000_000 + cell("A1")), ("F33",)),
        Hostile("one long text in 60,000 cells", same_text_everywhere, ("F05",)),
        Hostile("last corner", lambda: rows_with(cell("XFD1048576")), ("F30",)),
        Hostile("last corner, empty", lambda: rows_with('<row r="1048576"><c r="XFD1048576" s="1"/></row>'), READ),
        Hostile("last row", lambda: rows_with(cell("A1048576")), ("F30",)),
        Hostile("last column", lambda: rows_with(cell("XFD900")), ("F30",)),
        Hostile("diagonal", lambda: book("".join(cell(f"{letters(n)}{n}") for n in range(1, 16_385))), ("F30",)),
        Hostile("row beyond the last", lambda: rows_with(cell("A1048577")), ("F31",)),
        Hostile("row beyond numbers", lambda: rows_with(cell("A99999999999999999999")), ("F31",)),
        Hostile("column beyond the last", lambda: rows_with(cell("XFE30")), ("F31",)),
        Hostile("column beyond numbers", lambda: rows_with(cell("ZZZZZZZZZZZZZ30")), ("F31",)),
        Hostile("row zero", lambda: rows_with(cell("A0")), ("F31",)),
        Hostile("cell far from its row", lambda: rows_with('<row r="30"><c r="XFD1048576"><v>1</v></c></row>'), ("F30",)),
        Hostile("place that is none", lambda: rows_with('<row r="30"><c r="1A"><v>1</v></c></row>'), ("F03",)),
        Hostile("rows and cells without place", lambda: book("<row><c><v>1</v></c></row>" * 5_000), ("T01",)),
        Hostile("lying uniqueCount", lambda: book(texts=f'{head} uniqueCount="99999999999"{tail}'), ("F33",)),
        Hostile("lying uniqueCount, smaller", lambda: book(texts=f'{head} uniqueCount="40000000"{tail}'), ("F33",)),
        Hostile("lying count", lambda: book(texts=f'{head} count="99999999999"{tail}'), ("T01",)),
        Hostile("dimension too small", lambda: planted(b'ref="A1:G24"', b'ref="A1"'), READ),
        Hostile("dimension too large", lambda: planted(b'ref="A1:G24"', b'ref="A1:XFD1048576"'), READ),
        Hostile("dimension that is none", lambda: planted(b'ref="A1:G24"', b'ref="ZZZZZZZZ"'), ("F03",)),
        Hostile("giant merges", lambda: book(after=merge('<mergeCell ref="A1:XFD1048576"/>' * 3)), ("F38",)),
        Hostile("a giant merge", lambda: planted(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="H1:XFD1048576"/></mergeCells>'),
                READ),
        Hostile("a million merges", lambda: book(after=merge("".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 1_000_001)))),
                ("F38",)),
        Hostile("merge that is none", lambda: book(after=merge('<mergeCell ref="x"/>')), ("F03",)),
        Hostile("DTD", lambda: book(sheet="<!DOCTYPE worksheet>" + sheet(cell("A1"))), ("F33",)),
        Hostile("billion laughs", lambda: book(texts=LAUGHS + text.format("&a11;")), ("F33",)),
        Hostile("outside entity", lambda: book(workbook=OUTSIDE + PARTS["xl/workbook.xml"]), ("F33",)),
        Hostile("DTD in a part nobody asked for", lambda: beside("customXml/item1.xml", LAUGHS.encode()), ("F33",)),
        Hostile("UTF-16", lambda: beside(SHEET1, "\ufeff".encode("utf-16-le") + sheet(cell("A1")).encode("utf-16-le")), ("F03",)),
        Hostile("CDATA", lambda: book(cell("A1", "<![CDATA[1]]>")), ("F33",)),
        Hostile("a comment in a number", lambda: book(cell("A1", "1<!-- -->2")), ("F33",)),
        Hostile("a text that is not there", lambda: book(cell("A1", "99", ' t="s"')), ("F03",)),
        Hostile("an error value that is none", lambda: book(cell("A1", "#HARM!", ' t="e"')), ("F44",)),
        Hostile("a kind of cell that is none", lambda: book(cell("A1", "1", ' t="zzz"')), ("F03",)),
        Hostile("numbers beyond numbers", lambda: book(cell("A1", "1e999") + cell("B2", "NaN") + cell("C3", "1e308", ' s="1"')), ("T01",)),
        Hostile("a date before all dates", lambda: book(cell("A1", "-1e308", ' s="1"')), ("F03",)),
        Hostile("deep nesting", lambda: book(before="<a>" * 500_000 + "</a>" * 500_000), ("T01", "F03", "F05")),
        Hostile("deep nesting in a row", lambda: book("<row>" * 300_000), ("F01",)),
        Hostile("huge attribute", lambda: book(f'<row r="1"><c r="A1" x="{"a" * 18_000_000}"><v>1</v></c></row>'), ("F33",)),
        Hostile("many attributes", lambda: book('<row r="1"><c r="A1" ' + " ".join(f'a{n}="1"' for n in range(80_000)) + "/></row>"),
                ("F01", "T01", "F33")),
        Hostile("a million styles", lambda: book(styles=PARTS["xl/styles.xml"].replace("<xf ", '<xf numFmtId="14"/>' * 1_000_000 + "<xf ")),
                ("T01", "F05")),
        Hostile("lying styles", lambda: book(styles=PARTS["xl/styles.xml"].replace('count="2"', 'count="99999999999"')), ("T01",)),
        Hostile("columns a thousand million wide",
                lambda: planted(b"<sheetData>", b'<cols><col min="1" max="16384" width="1e9"/></cols><sheetData>'), READ),
        Hostile("columns without end",
                lambda: planted(b"<sheetData>", b'<cols><col min="1" max="999999999" hidden="1"/></cols><sheetData>'), READ),
        Hostile("cells without end, in no order", lambda: filled("<row><c><v>1</v></c><c t='n'><v>2</v></c></row>" * 2_500_000), ("F05",)),
        Hostile("cells without end, all at one place", lambda: filled('<row r="1">' + '<c r="A1"><v>1</v></c>' * 8_000_000 + "</row>"),
                ("F33",)),
    ]


def archive_kinds() -> list[Hostile]:
    """Harm within the archive, and around it."""
    return [
        Hostile("ratio bomb", lambda: packed({"xl/workbook.xml": bytes(50_000_000)}), ("F05",), shown=True),
        Hostile("ratio bomb behind noise", lambda: beside("xl/theme/theme2.xml", b"<a>" * 110_000_000, filler=1_300_000), ("F05",)),
        Hostile("size that lies", lambda: patched(beside("xl/theme/theme2.xml", b"<a>" * 9_000_000), "xl/theme/theme2.xml", "size", 99),
                ("F33",)),
        Hostile("size that lies upwards", lambda: patched(good(), SHEET1, "size", 400_000_000), ("F03", "F05"), shown=True),
        Hostile("nested archives", nested_zip, READ),
        Hostile("archive of workbooks", lambda: packed({"a.xlsx": good(), "b.xlsx": good()}), ("F12", "F02"), shown=True),
        Hostile("3,000 sheets", lambda: many_sheets(3_000), ("F43",), shown=True),
        Hostile("10,000 sheets", lambda: many_sheets(10_000), ("F05",), shown=True),
        Hostile("60,000 entries", lambda: packed({f"xl/{n}": b"" for n in range(60_000)}), ("F05", "F03"), shown=True),
        Hostile("one name twice", lambda: twice(SHEET1), ("F33",), shown=True),
        Hostile("one name in two spellings", lambda: beside("XL/Worksheets/SHEET1.xml", b"<a/>"), ("F33",), shown=True),
        Hostile("entries that overlap", overlapping, ("F33",), shown=True),
        Hostile("entry above", lambda: beside("../../etc/cron.d/x", b"x"), ("F33",), shown=True),
        Hostile("entry from the root", lambda: beside("/etc/passwd", b"x"), ("F33",), shown=True),
        Hostile("entry on a drive", lambda: beside("C:\\Windows\\x.dll", b"x"), ("F33",), shown=True),
        Hostile("entry with a NUL", lambda: beside("xl/nul_.xml", b"<a/>").replace(b"nul_", b"nul\x00"), ("F33",), shown=True),
        Hostile("packed with a password", lambda: patched(good(), SHEET1, "flags", 1), ("F41", "F04"), shown=True),
        Hostile("packed in an unknown way", lambda: patched(good(), SHEET1, "method", 99), ("F03",), shown=True),
        Hostile("sizes behind the data", streamed, READ),
        Hostile("zip64", zip64, READ),
        Hostile("PDF in front", lambda: b"%PDF-1.7\n" + good(), ("F02", "F13", "F12", "F11", "F10"), shown=True),
        Hostile("another archive in front", lambda: packed({"a.txt": b"a"}) + good(), ("F33",), shown=True),
        Hostile("a script behind", lambda: good() + b"<script>alert(1)</script>" * 10, READ),
        *(Hostile(f"cut at {at}", lambda at=at: good()[:at], ("F03",), shown=True)  # type: ignore[misc]
          for at in (1_000, 3_000, 5_000, -30, -1)),
        *(Hostile(f"bit {seed} turned", lambda seed=seed: flipped(seed), ("F03",)) for seed in range(4)),  # type: ignore[misc]
        Hostile("links to elsewhere", lambda: beside("xl/externalLinks/externalLink1.xml", b"<externalLink/>"), ("F34",)),
        Hostile("lying .xls", bad_xls, ("F03", "F05", "F30", "F31", "F02"), name="业委会.xls"),
    ]


def name_kinds() -> list[Hostile]:
    """Harm within names: of the upload, of sheets, of 街镇."""
    def named(sheet_name: str) -> Callable[[], bytes]:
        return lambda: planted(b'name="Sheet1"', f'name="{sheet_name}"'.encode("utf-8", "surrogatepass"), "xl/workbook.xml")

    return [
        Hostile("upload from above", good, READ, name="../../../etc/passwd.xlsx"),
        Hostile("upload with a NUL", good, READ, name="业委会\x00.xlsx"),
        Hostile("upload written backwards", good, READ, name="业委会\u202exslx.exe"),
        Hostile("upload without end", good, READ, name="长" * 100_000 + ".xlsx"),
        Hostile("upload with lone surrogate", good, READ, name="\ud800.xlsx"),
        Hostile("sheet written backwards", named("\u202e\u2066表"), READ),
        Hostile("sheet from above", named("../../etc/passwd"), READ),
        Hostile("sheet with markup", named("&lt;script&gt;alert(1)&lt;/script&gt;"), READ),
        Hostile("sheet without end", named("表" * 100_000), READ),
        Hostile("sheet with a NUL", named("a&#0;b"), (*READ, "F03")),
        Hostile("街镇 written backwards", lambda: workbook(form(committee("A1", "\u202e长风"), committee("A2", "长\u200b风"))), READ),
        Hostile("街镇 of look-alikes", lambda: workbook(form(committee("A1", "⾧⻛新村街道"))), READ),
        Hostile("formulas of harm", lambda: workbook(form(committee("=cmd|' /C calc'!A0", name="@SUM(1)"))), READ),
    ]


def text_kinds() -> list[Hostile]:
    """Harm within text files."""
    row = "A{0},演示,长风,已组建,1,2022-05-16,2027-05-15\n"
    return [
        Hostile("NUL bytes", lambda: bytes(LINE + "A\x00,b\n", "utf-8"), ("F22",), name="a.csv"),
        Hostile("a line without end", lambda: bytes(LINE + "a" * 28_000_000, "utf-8"), ("F05", "F03"), name="a.csv"),
        Hostile("a quote without end", lambda: bytes(LINE + '"' + "a\n" * 9_000_000, "utf-8"), ("F05", "F03"), name="a.csv"),
        Hostile("a million columns", lambda: bytes(",".join(map(str, range(1_000_000))) + "\n", "utf-8"), ("F05",), name="a.csv"),
        Hostile("a million rows", lambda: b"a,b\n" * 1_000_000, ("F05", "T01"), name="a.csv"),
        Hostile("nothing but line ends", lambda: b"a" + b"\n" * 20_000_000, ("F05", "T01", "F03", "F02", "F17"), name="a.csv"),
        Hostile("nothing but delimiters", lambda: b"," * 20_000_000, ("F05",), name="a.csv"),
        Hostile("half UTF-8", lambda: LINE.encode() + b"\xff\xff", ("F07",), name="a.csv"),
        Hostile("written backwards", lambda: bytes(LINE + row.format("\u202e1"), "utf-8"), READ, name="a.csv"),
    ]


def every_kind() -> list[Hostile]:
    """All of them."""
    return [*xlsx_kinds(), *archive_kinds(), *name_kinds(), *text_kinds()]
