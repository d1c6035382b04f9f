"""Trainings of committees: how many were held by month and topic.

Its one rule: a training of the whole district is one, however many 街镇 reported that they took part.
"""

from __future__ import annotations

import pandas as pd

DISTRICT = "区"
COLUMNS = ("month", "topic", "sessions", "attended", "places")


def sessions(rows: pd.DataFrame) -> pd.DataFrame:
    """Trainings held, by month and topic. rows: of the form, of any months.

    Columns: month (YYYY-MM), topic, sessions (trainings), attended (人次, the same person counts each time; missing left out), places
    (街镇 that took part). A training of 主办层级 区 is told by its day and topic; any other by its 街镇, day and topic.
    """
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    host = rows["subdistrict"].astype("object").where(rows["held_by"].ne(DISTRICT).fillna(True), DISTRICT)
    told = pd.DataFrame({
        "month": rows["training_date"].dt.strftime("%Y-%m"),
        "topic": rows["topic"],
        "day": rows["training_date"],
        "host": host,
        "subdistrict": rows["subdistrict"],
        "attended": rows["attended"].astype("float64"),
    })
    grouped = told.groupby(["month", "topic"], observed=True)
    return pd.DataFrame({
        "sessions": told.drop_duplicates(["month", "topic", "day", "host"]).groupby(["month", "topic"], observed=True).size(),
        "attended": grouped["attended"].sum(),
        "places": grouped["subdistrict"].nunique(),
    }).reset_index()
