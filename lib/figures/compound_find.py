"""Finding a compound by its code, name, alias, address, 街镇 or by what a renewal project calls its part of it.

Its one rule: a text is compared by exact rules only; a spelling that is near is offered, never taken for the one meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from lib.datasets.places import find_subdistrict, unit_name
from lib.figures.compound import KEYED
from lib.figures.snapshot import Snapshot
from lib.rules.lights import UNJUDGED
from lib.rules.terms import DISSOLVED
from lib.spec.text import fold

_TRADITIONAL = str.maketrans(
    "園廣樓東區號蘇鎮華龍麗寶灣橋鳳曉萬興豐陽嶺濱門長馬雲軒閣莊灘綠錦銀蘭聖際匯滬賓宮國楊業場樂愛學廈電島許趙錢舊壩來順發達濟貿觀時鳥語鴻遠進瀾",
    "园广楼东区号苏镇华龙丽宝湾桥凤晓万兴丰阳岭滨门长马云轩阁庄滩绿锦银兰圣际汇沪宾宫国杨业场乐爱学厦电岛许赵钱旧坝来顺发达济贸观时鸟语鸿远进澜",
)
"""Traditional characters of place names, one for one."""
_DIGITS = "零一二三四五六七八九"
_ENDINGS = ("小区", "住宅小区", "居民区", "业委会", "业主委员会", "物业管理区域")
_STARTS = ("上海市", "上海", "普陀区", "普陀")
_NUMBERED = re.compile(r"[0-9][0-9a-z,\-~至号弄栋幢室楼单元]*$")
_LEAST = 2
"""A spelling shorter than this is too little to look for."""
INDEX_COLUMNS = ("compound_id", "name", "alias", "place", "subdistrict", "address", "state", "light", "urgent", "due", "names", "words")


def folded(text: str) -> str:
    """A text as it is compared: `fold` with traditional characters as simplified ones."""
    return fold(text).translate(_TRADITIONAL)


def compound_index(data: Snapshot, matters: pd.DataFrame) -> pd.DataFrame:
    """All compounds that any form names, in the order of the register; columns `INDEX_COLUMNS`. names, words: folded texts, one a line:
    what it is called, and all that is searched. light, urgent, due: of its most urgent judged matter the light, the words, the day; 不判定
    where nothing is due. state: of its committee. matters: `lib.figures.compound_matters.matters_frame` of the data.
    """
    known = pd.concat([data.frames[name].reindex(columns=["compound_id", "compound_name", "subdistrict"]) for name in KEYED])
    table = known.dropna(subset=["compound_id"]).drop_duplicates("compound_id").set_index("compound_id")
    register = data.frames["compounds"].drop_duplicates("compound_id").set_index("compound_id").reindex(table.index)
    committees = data.frames["committees"]
    own = committees.drop_duplicates("compound_id").set_index("compound_id").reindex(table.index)
    projects = data.frames["renewal_projects"].dropna(subset=["compound_id"])
    parts = projects.groupby("compound_id")["project_name"].agg(lambda names: "、".join(names.dropna())).reindex(table.index)
    names = [_lines(*one) for one in zip(table["compound_name"], register["compound_alias"], strict=True)]
    told = (table["subdistrict"].map(unit_name), register["address"], register["neighbourhood_committee"], parts)
    more = zip(table.index, *told, strict=True)
    worst = matters[matters["light"] != UNJUDGED].drop_duplicates("compound_id")
    urgent = worst["title"].str.replace("（.*", "", regex=True) + worst["words"].str.replace("；.*", "", regex=True)
    first = worst.assign(urgent=urgent).set_index("compound_id").reindex(table.index)
    return pd.DataFrame({
        "compound_id": table.index,
        "name": table["compound_name"].fillna(table.index.to_series()).to_numpy(),
        "alias": register["compound_alias"].to_numpy(object),
        "place": [unit_name(code, short=True) for code in table["subdistrict"]],
        "subdistrict": table["subdistrict"].to_numpy(),
        "address": register["address"].to_numpy(object),
        "state": own["term_state"].mask(own["formation_status"].eq(DISSOLVED).fillna(False), f"业委会{DISSOLVED}").to_numpy(object),
        "light": first["light"].fillna(UNJUDGED).to_numpy(),
        "urgent": first["urgent"].to_numpy(object),
        "due": first["due"].to_numpy(),
        "names": names,
        "words": [f"{called}\n{_lines(*one)}" for called, one in zip(names, more, strict=True)],
    })


def _lines(*texts: Any) -> str:
    """Folded texts, those of a field of several one by one."""
    return "\n".join(folded(part) for text in texts if not pd.isna(text) for part in str(text).split("、"))


def find_compounds(index: pd.DataFrame, text: str) -> pd.DataFrame:
    """The compounds that a text finds: that of this very code; else those that are called exactly so; else those in which every word of
    it stands, where a name or alias of a 街镇 finds those of that 街镇.
    """
    code = folded(text)
    exact = index[index["compound_id"].map(folded).eq(code).to_numpy(bool)]
    if exact.empty and code:
        exact = index[index["names"].map(lambda told: code in told.split("\n")).to_numpy(bool)]
    if len(exact):
        return exact
    found = index
    for word in text.split():
        unit, part = find_subdistrict(word), folded(word)
        hit = found["words"].map(lambda told, part=part: part in told).to_numpy(bool)
        found = found[hit | found["subdistrict"].eq(unit).to_numpy(bool)] if unit else found[hit]
    return found


def nearby(index: pd.DataFrame, text: str) -> tuple[tuple[str, int], ...]:
    """Other spellings of a text that do find something, each with how many: without a start such as 普陀区, without an ending
    such as 小区 or the number of a building, with numbers in the other script. Nothing is guessed by likeness.
    """
    found = {}
    for spelling in dict.fromkeys(_spellings(text)):
        if spelling != folded(text) and len(spelling) >= _LEAST and (hits := len(find_compounds(index, spelling))):
            found[spelling] = hits
    return tuple(found.items())


def _spellings(text: str) -> Iterator[str]:
    """Exact variants of a text, each rule on what the rules before it left."""
    plain = folded(text)
    started = (plain.removeprefix(start) for start in _STARTS if plain.startswith(start))
    for begun in (plain, *started):
        for base in (begun, *(begun.removesuffix(ending) for ending in _ENDINGS if begun.endswith(ending)), _NUMBERED.sub("", begun)):
            yield base
            yield re.sub(r"[1-9]", lambda match: _DIGITS[int(match[0])], base)
            yield re.sub(f"[{_DIGITS}]", lambda match: str(_DIGITS.index(match[0])), base)


def rental_projects_named(data: Snapshot, text: str) -> tuple[str, ...]:
    """Names of rental projects that are called by a text: they are not compounds, and somebody may look for them here."""
    part = folded(text)
    names = data.frames["rental_projects"]["project_name"].dropna()
    return tuple(str(one) for one in names if part and part in folded(str(one)))
