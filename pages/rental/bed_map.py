"""床位供应地图: the ten 街镇 coloured by a chosen measure, projects as points, the same as bars and tables."""

from lib.auth.permissions import Action
from lib.ui.cards import show_cards, show_lines
from lib.ui.page import heading, require
from lib.ui.passport import open_asked_passport
from lib.ui.rental import CARDS, LINES, show_lists, show_map

page = require(Action.VIEW)
page = heading(page, "床位供应地图")
show_cards(page, CARDS)
show_lines(page, LINES, columns=2)
show_map(page)
show_lists(page.key, page)
open_asked_passport(page)
