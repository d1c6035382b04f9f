"""The order of the layers, read from every import of the project, those inside functions too.

To add a layer: one line in `LAYERS`. A layer may import what its line names, the three bottom modules, and itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

BOTTOM = ("errors", "clock", "settings")
DATA = ("datasets", "spec")
LAYERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(BOTTOM, ()),
    "spec": (),
    "datasets": ("spec",),
    "ingest": DATA,
    "store": DATA,
    "rules": DATA,
    "charts": DATA,
    "indicators": ("rules", *DATA),
    "auth": ("store", *DATA),
    "figures": ("indicators", "rules", "store", *DATA),
    "reports": ("figures", "charts", "indicators", "rules", *DATA),
    "actions": ("reports", "figures", "ingest", "store", "auth", "indicators", "rules", *DATA),
    "demo": ("actions", "ingest", "auth", "store", *DATA),
    "ui": ("actions", "figures", "charts", "reports", "auth", "indicators", "rules", "store", "ingest", *DATA),
    "server": ("ui", "actions", "figures", "indicators", "reports", "auth", "ingest", "store", "demo", *DATA),
}
LAYERS["cli"] = tuple(name for name in LAYERS if name not in ("ui", "server"))
# Pages and app.py name everything they may import: not even the bottom is theirs unasked.
PAGES = ("ui", "actions", "reports", "charts", "indicators", "rules", "auth", "errors", "clock", *DATA)
APP = ("server", "settings")
DRAWS = ("ui", "server")
PAGE_LINES, MODULE_LINES, APP_LINES = 150, 400, 60


def imports(tree: ast.Module, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import; `from lib import store` is `lib.store`; constant import_module() too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = [f"{base}.{alias.name}" for alias in node.names] if base == "lib" else [base]
            yield from ((node.lineno, name) for name in names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in ("import_module", "__import__"):
                yield node.lineno, str(node.args[0].value)


def guarded(tree: ast.Module) -> bool:
    """Whether the first statement after docstring and imports is `page = require(...)`, with lib.ui's `require`."""
    lines = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    if lines and isinstance(lines[0], ast.Expr) and isinstance(lines[0].value, ast.Constant):
        lines = lines[1:]
    sources = [
        node.module or ""
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and any((a.asname or a.name) == "require" for a in node.names)
    ]
    match lines[:1]:
        case [ast.Assign(targets=[ast.Name(id="page")], value=ast.Call(func=ast.Name(id="require")))]:
            return [name.split(".")[:2] for name in sources] == [["lib", "ui"]]
    return False


def violations(root: Path, registered: set[str]) -> list[str]:
    """Everything in app.py, pages and lib under `root` that breaks the layout, one line each."""
    found: list[str] = []
    app = [root / "app.py"] if (root / "app.py").exists() else []
    pages = sorted((root / "pages").rglob("*.py"))
    for file in [*app, *pages, *sorted((root / "lib").rglob("*.py"))]:
        path = file.relative_to(root)
        text = file.read_text(encoding="utf-8")
        tree = ast.parse(text, filename=str(path))
        layer = path.with_suffix("").parts[1] if path.parts[0] == "lib" else path.parts[0]
        allowed: tuple[str, ...] = ()
        budget = MODULE_LINES
        if path.parts[0] != "lib":
            allowed, budget = (PAGES, PAGE_LINES) if layer == "pages" else (APP, APP_LINES)
        elif layer in LAYERS:
            allowed = (layer, *LAYERS[layer], *BOTTOM)
        elif layer != "__init__":
            found.append(f"{path}: layer {layer} is not in the order of layers")
        if (count := len(text.splitlines())) > budget:
            found.append(f"{path}: {count} lines, the budget is {budget}")
        for line, name in imports(tree, path.parts[:-1]):
            top, _, rest = name.partition(".")
            target = rest.partition(".")[0]
            if top == "lib" and target not in allowed:
                found.append(f"{path}:{line}: {layer} imports {name}")
            elif top in ("pages", "app", "tests"):
                found.append(f"{path}:{line}: nothing imports {name}")
            elif top == "streamlit" and path.parts[0] == "lib" and layer not in DRAWS:
                found.append(f"{path}:{line}: {layer} imports streamlit")
        if path.parts[0] == "pages":
            if len(path.parts) != 3:
                found.append(f"{path}: a page lives in pages/<section>/")
            if not guarded(tree):
                found.append(f"{path}: the first statement is not page = require(...)")
    files = {file.relative_to(root).as_posix() for file in pages}
    found += [f"{name}: not in the registry" for name in sorted(files - registered)]
    found += [f"{name}: in the registry, but there is no such file" for name in sorted(registered - files)]
    return found


def test_layout(root: Path) -> None:
    from lib.ui.registry import PAGES as screens

    assert not violations(root, {screen.file for screen in screens})
    urls = [screen.url for screen in screens]
    assert len(set(urls)) == len(urls), "two pages have one address"


GUARD = '"""A page."""\nfrom lib.ui.guard import require\npage = require("view")\n'
PLANTED = {
    "nothing": ("lib/rules/a.py", "from lib.spec.units import factor\nfrom lib.errors import AppError\n", ""),
    "up": ("lib/spec/a.py", "def f():\n    from lib.store import db\n", "spec imports lib.store"),
    "from lib": ("lib/charts/a.py", "from lib import datasets, indicators\n", "charts imports lib.indicators"),
    "plain": ("lib/rules/a.py", "import lib.ingest.cells as c\n", "rules imports lib.ingest.cells"),
    "relative": ("lib/store/a.py", "from ..actions import publish\n", "store imports lib.actions"),
    "by name": ("lib/auth/a.py", "import importlib\nimportlib.import_module('lib.ui')\n", "auth imports lib.ui"),
    "sideways": ("lib/ui/a.py", "import lib.server.routes\n", "ui imports lib.server.routes"),
    "bottom": ("lib/clock.py", "import lib.spec\n", "clock imports lib.spec"),
    "package": ("lib/__init__.py", "import lib.spec\n", "__init__ imports lib.spec"),
    "page of pages": ("lib/ui/a.py", "import pages.a.b\n", "nothing imports pages.a.b"),
    "unknown layer": ("lib/utils/a.py", "", "layer utils is not in the order"),
    "streamlit": ("lib/actions/a.py", "from streamlit import rerun\n", "actions imports streamlit"),
    "streamlit in ui": ("lib/ui/a.py", "import streamlit as st\n", ""),
    "long module": ("lib/spec/a.py", "x = 1\n" * 401, "401 lines"),
    "long app": ("app.py", "x = 1\n" * 61, "61 lines"),
    "app": ("app.py", "from lib.store import db\n", "app.py imports lib.store"),
    "page": ("pages/a/b.py", GUARD, ""),
    "page imports store": ("pages/a/b.py", GUARD + "import lib.store\n", "pages imports lib.store"),
    "page without guard": ("pages/a/b.py", "import streamlit as st\nst.title('x')\n", "is not page = require"),
    "guard too late": ("pages/a/b.py", GUARD.replace("page =", "x = 1\npage ="), "is not page = require"),
    "guard of its own": ("pages/a/b.py", GUARD.replace("lib.ui.guard", "lib.auth"), "is not page = require"),
    "long page": ("pages/a/b.py", GUARD + "x = 1\n" * 148, "151 lines"),
    "page at the top": ("pages/b.py", GUARD, "lives in pages/<section>/"),
    "unregistered": ("pages/a/c.py", GUARD, "not in the registry"),
}


@pytest.mark.parametrize("case", PLANTED)
def test_planted_violation_is_found(tmp_path: Path, case: str) -> None:
    name, text, expected = PLANTED[case]
    target = tmp_path / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    registered = {name} if name in ("pages/a/b.py", "pages/b.py") else set()
    found = violations(tmp_path, registered)
    assert len(found) == bool(expected), found
    assert all(expected in line for line in found)


def test_registered_page_without_a_file_is_found(tmp_path: Path) -> None:
    assert violations(tmp_path, {"pages/a/b.py"}) == ["pages/a/b.py: in the registry, but there is no such file"]
