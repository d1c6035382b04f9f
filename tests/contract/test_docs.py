"""Do the docs tell what is there? Every layer, page, setting, command, dataset and map licence must appear."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.reports import dictionary
from lib.settings import ENVIRONMENT
from lib.ui.registry import PAGES
from tests.contract.test_architecture import BOTTOM, LAYERS


def text(root: Path, name: str) -> str:
    return (root / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("layer", [name for name in LAYERS if name not in (*BOTTOM, "cli")])
def test_the_readme_describes_every_layer(root: Path, layer: str) -> None:
    assert f"**{layer}** — " in text(root, "README.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.url)
def test_the_guide_describes_every_page(root: Path, page: object) -> None:
    assert f"## {page.title}\n" in text(root, "docs/guide.zh-CN.md")  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [*ENVIRONMENT, "YJPT_NOW"])
def test_every_setting_is_documented(root: Path, name: str) -> None:
    assert f"| `{name}` |" in text(root, "docs/settings.md")


@pytest.mark.parametrize("command", ["check", "publish", "indicators", "rows", "releases"])
@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_both_readmes_show_every_command(root: Path, readme: str, command: str) -> None:
    assert f"-m lib.cli {command}" in text(root, readme)


def test_the_data_dictionary_is_what_is_declared(root: Path) -> None:
    assert text(root, "docs/datasets.md") == dictionary.dictionary(), "run python -m lib.reports.dictionary"
    assert root / "docs/datasets.md" == dictionary.PATH


def test_the_licence_of_the_map_stands_with_its_files(root: Path) -> None:
    notice = text(root, "data/reference/geo/README.md")
    assert "ODbL" in notice
    assert "© OpenStreetMap contributors" in notice
    for layer in (root / "data/reference/geo").glob("*.geojson"):
        assert '"license": "ODbL-1.0"' in layer.read_text(encoding="utf-8").replace('":"', '": "'), layer.name


def test_lib_is_not_ignored_by_git(root: Path) -> None:
    lines = text(root, ".gitignore").split()
    assert not {"lib", "lib/", "/lib", "/lib/"} & set(lines)
