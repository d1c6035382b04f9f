"""保租房: homes raised and supplied, room mix, occupancy against the watch line, rents against their limits, operators, the list."""

from lib.auth.permissions import Action
from lib.ui.homes import LETTING, LIST, STRUCTURE, choose_part, show_overview
from lib.ui.page import heading, require
from lib.ui.passport import open_asked_passport

page = require(Action.VIEW)
page = heading(page, "保租房")
part = choose_part()
if part == STRUCTURE:
    from lib.ui.homes_structure import show_structure

    show_structure(page)
elif part == LETTING:
    from lib.ui.homes_letting import show_letting

    show_letting(page)
elif part == LIST:
    from lib.ui.homes_list import show_list

    show_list(page)
else:
    show_overview(page)
open_asked_passport(page)
