"""Of how many supplied projects a field is filled in, by hand."""

from __future__ import annotations

import pandas as pd

from lib.rules.rental_filled import filled_by_place


def test_empty_is_in_the_whole_and_not_in_the_part_and_zero_is_filled() -> None:
    rows = pd.DataFrame({
        "subdistrict": ["A", "A", "A", "A", "B"],
        "supplied": [True, True, True, False, True],
        "waitlist": pd.array([5, 0, None, 9, None], "Int64"),
    })
    assert filled_by_place(rows, "waitlist") == {"A": (2, 3), "B": (0, 1)}
    assert filled_by_place(rows.head(0), "waitlist") == {}
