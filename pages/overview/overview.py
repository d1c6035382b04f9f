"""总览: three pillars, the ten 街镇 side by side, what is overdue, who has not reported."""

from lib.auth.permissions import Action
from lib.ui.cards import show_cards
from lib.ui.page import heading, require

page = require(Action.VIEW)
page = heading(page, "总览")
show_cards(page, ("R01", "H07", "G03"))
