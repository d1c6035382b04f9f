"""What is kept by kind, by check and by code of finding is complete: a thing added in one place is missing in no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pyarrow as pa
import pytest

from lib.datasets import DATASETS
from lib.datasets.places import find_subdistrict, subdistrict_codes
from lib.demo.cells import WRITERS
from lib.ingest import template
from lib.ingest.against import AGAINST
from lib.ingest.cells import READERS
from lib.ingest.checks import PROCEDURES
from lib.spec import checks
from lib.spec.fields import PLACE, PROVENANCE, Field
from lib.spec.findings import CATALOGUE, blocks, finding
from lib.spec.kinds import ARROW_TYPES, KIND_TITLES, Kind
from lib.spec.level import Level
from lib.spec.text import fold_header
from lib.spec.units import ADDITIVE, MULTIPLES, factor
from tests.support.strategies import VALUES

BY_KIND = {
    "ARROW_TYPES": ARROW_TYPES, "KIND_TITLES": KIND_TITLES, "READERS": READERS, "CELL_FORMATS": template.CELL_FORMATS,
    "WRITERS": WRITERS, "VALUES": VALUES,
}
NUMBERS = {Kind.INTEGER, Kind.DECIMAL, Kind.PERCENT, Kind.YEAR}


@pytest.mark.parametrize("name", BY_KIND)
def test_tables_by_kind_have_every_kind(name: str) -> None:
    assert set(BY_KIND[name]) == set(Kind)


def test_titles_of_kinds_differ() -> None:
    assert len(set(KIND_TITLES.values())) == len(Kind)


def test_every_check_has_its_procedure() -> None:
    classes = {one for one in vars(checks).values() if isinstance(one, type) and issubclass(one, checks.Check) and one is not checks.Check}
    assert {*PROCEDURES, *AGAINST} == classes
    assert not set(PROCEDURES) & set(AGAINST)
    assert {type(check) for dataset in DATASETS.values() for check in dataset.checks} == set(PROCEDURES)
    assert {type(check) for dataset in DATASETS.values() for check in dataset.across} == set(AGAINST)


# -- findings --------------------------------------------------------------------------------------------------------------


def placeholders(code: str) -> set[str]:
    kind = CATALOGUE[code]
    return {name for text in (kind.template, kind.advice) for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_finding_can_be_filled(code: str) -> None:
    kind = CATALOGUE[code]
    assert re.fullmatch(r"[FTCRXD]\d\d", code)
    assert kind.level in Level
    named = {name: f"‹{name}›" for name in placeholders(code)}
    places = {name: named.pop(name) for name in ("sheet", "cell", "field") if name in named}
    one = finding(code, **places, **named)  # type: ignore[arg-type]
    assert "{" not in one.message + one.advice
    assert all(f"‹{name}›" in one.message + one.advice for name in placeholders(code))
    assert one.message.endswith(("。", "？"))
    assert one.advice.endswith(("。", "？")) or "‹hint›" in one.advice
    for missing in named:
        with pytest.raises(KeyError):
            finding(code, **places, **{name: text for name, text in named.items() if name != missing})  # type: ignore[arg-type]


def test_titles_of_findings_differ() -> None:
    assert len({kind.title for kind in CATALOGUE.values()}) == len(CATALOGUE)


def test_only_fatal_findings_block() -> None:
    assert blocks([finding("F01", name="a")])
    assert not blocks([finding("T08", chosen="a"), finding("C11", field="a", value="b")])
    assert blocks([finding("T08", chosen="a", level=Level.FATAL)])


def test_long_values_are_cut_and_personal_ones_masked() -> None:
    assert len(finding("C02", field="a", value="x" * 5000).message) < 300
    assert "1380000" not in finding("C02", field="a", value="某13800000000").message
    assert "19491231" not in finding("T03", header="某11010519491231002X", hint="").message


def test_unknown_code() -> None:
    with pytest.raises(KeyError):
        finding("X99")


def codes_in(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[FTCRXD]\d\d", node.value):
                yield node.value


def test_codes_used_and_codes_in_the_catalogue_are_the_same(root: Path) -> None:
    assert set(codes_in(root / "lib" / "ingest")) == set(CATALOGUE)


# -- declarations ----------------------------------------------------------------------------------------------------------


def fields() -> list[tuple[str, Field]]:
    return [(name, one) for name, dataset in DATASETS.items() for one in dataset.fields]


@pytest.mark.parametrize(("name", "field"), fields(), ids=lambda one: one.name if isinstance(one, Field) else one)
def test_field_is_complete(name: str, field: Field) -> None:
    dataset = DATASETS[name]
    assert bool(field.choices) == (field.kind is Kind.CHOICE) or field.kind is Kind.MULTI
    assert set(field.choice_aliases.values()) <= set(field.choices)
    assert not set(field.choice_aliases) & set(field.choices)
    if field.kind in NUMBERS:
        assert field.unit
        assert field.minimum is not None
        assert field.maximum is not None
        assert -(2**53) < field.minimum < field.maximum < 2**53
    assert field.unit == "" or field.kind in NUMBERS
    assert field.title == field.title.strip() != ""
    assert all(title for title in field.aliases)
    assert len({fold_header(title) for title in (field.title, *field.aliases)}) == 1 + len(field.aliases)
    assert field.kind is Kind.SUBDISTRICT or dataset.owner != field.name
    assert not field.name.startswith("_")


@pytest.mark.parametrize("name", DATASETS)
def test_schema_of_a_dataset(name: str) -> None:
    dataset = DATASETS[name]
    own = [column for column, _ in (*(PLACE if dataset.placed else ()), *PROVENANCE)]
    assert dataset.schema.names == [*(one.name for one in dataset.fields), *own]
    assert all(isinstance(one, pa.DataType) for one in dataset.schema.types)
    assert re.fullmatch(r"[0-9a-f]{16}", dataset.fingerprint)


def test_identities_differ() -> None:
    for identity in ("id", "title", "form_code", "fingerprint"):
        assert len({getattr(dataset, identity) for dataset in DATASETS.values()}) == len(DATASETS)


@pytest.mark.parametrize("base", MULTIPLES)
def test_units_of_measure(base: str) -> None:
    assert factor(base, base) == 1
    for written, multiple in MULTIPLES[base].items():
        assert factor(base, f" {written} ") == multiple > 0
    others = [unit for unit in MULTIPLES if unit not in MULTIPLES[base]]
    assert all(factor(base, unit) is None for unit in others)


def test_beds_units_and_households_are_never_converted() -> None:
    assert [factor(base, other) for base in ("张", "套(间)", "户") for other in ("张", "套", "户")] == [1, None, None, None, 1, None,
        None, None, 1]


def test_prices_and_shares_are_not_added_up() -> None:
    never = {"届", "分", "°", "元/㎡·月", "元/床·月", "层", "米", "学时", "指标单位"}
    assert not {"%", "年", *never} & ADDITIVE
    assert {one.unit for _, one in fields() if one.kind in {Kind.INTEGER, Kind.DECIMAL}} - ADDITIVE == never


def test_street_aliases_are_exact() -> None:
    assert len(subdistrict_codes()) == 10
    assert [find_subdistrict(text) for text in ("长峰", "真如镇街", "镇", "", "街道")] == [None] * 5


def test_kinds_are_plain_words() -> None:

    assert [kind.value for kind in Kind] == [kind.name.lower() for kind in Kind]
