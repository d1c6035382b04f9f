"""床位供应地图: the ten 街镇 coloured by a chosen measure, projects as points, the same as bars and tables; below it 一张床."""

from lib.auth.permissions import Action
from lib.ui.bed_map import CARDS, LINES, show_map
from lib.ui.beds import show_beds
from lib.ui.cards import show_cards, show_lines
from lib.ui.page import heading, require
from lib.ui.passport import open_asked_passport

page = require(Action.VIEW)
page = heading(page, "床位供应地图")
show_map(page)
show_cards(page, CARDS)
show_lines(page, LINES, columns=2)
show_beds(page)
open_asked_passport(page)
