"""The only part of lib that imports streamlit, with lib.server: navigation, guard, filters, cards, tables, passport, state.

Its one rule: it shows what lib.figures computed and calls lib.actions; it computes no figure of its own.
"""
