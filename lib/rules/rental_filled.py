"""Of how many supplied projects a field is filled in: the base of a sum over a field that may be left empty.

Its one rule: an empty field is counted in the whole and not in the part; it is never taken for 0.
"""

from __future__ import annotations

import pandas as pd


def filled_by_place(projects: pd.DataFrame, column: str) -> dict[str, tuple[int, int]]:
    """Code of each 街镇 with rows → (supplied projects with the field filled, supplied projects), counted in projects.

    projects: rows of `rental_projects` with derived columns (subdistrict, supplied).
    """
    supplied = projects["supplied"].fillna(False).astype(bool)
    filled = supplied & projects[column].notna()
    counts = pd.DataFrame({"filled": filled, "supplied": supplied}).groupby(projects["subdistrict"].astype(str)).sum()
    return {str(code): (int(row["filled"]), int(row["supplied"])) for code, row in counts.iterrows()}
