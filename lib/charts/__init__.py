"""Frames in, Plotly figures and pydeck decks out. Its one rule: it knows no screen, no store and no file of the office."""
