"""总览: three pillars, the ten 街镇 side by side, what is overdue, who has not reported."""

from lib.auth.permissions import Action
from lib.ui.overview import show_heat, show_pillars, show_tables
from lib.ui.page import heading, require
from lib.ui.passport import open_asked_passport

page = require(Action.VIEW)
page = heading(page, "总览")
show_pillars(page)
show_heat(page)
show_tables(page.key, page)
open_asked_passport(page)
