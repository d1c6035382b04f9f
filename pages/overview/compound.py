"""小区: one compound over all pillars: what is open, its time line, facts and figures, history and sources."""

from lib.auth.permissions import Action
from lib.ui.compound import choose_compound, show_facts, show_figures, show_head
from lib.ui.compound_history import show_history, show_permalink, show_sources
from lib.ui.compound_timeline import show_timeline
from lib.ui.page import heading, require

page = require(Action.VIEW)
page = heading(page, "小区", with_units=False)
compound = choose_compound(page)
if compound:
    show_head(page, compound)
    show_timeline(page, compound)
    show_facts(page.key, compound, page)
    show_figures(page, compound)
    show_history(page.key, compound, page)
    show_sources(page.key, compound, page)
    show_permalink(page, compound)
