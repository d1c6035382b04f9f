"""业委会: formed of eligible, in term of formed, what is due when, how committees work, and the lists behind."""

from lib.auth.permissions import Action
from lib.ui.governance import CALENDAR, LIST, WORK, anything, choose_part, show_overview
from lib.ui.page import heading, require
from lib.ui.passport import open_asked_passport

page = require(Action.VIEW)
page = heading(page, "业委会")
part = choose_part()
if part == CALENDAR:
    from lib.ui.governance_calendar import show_calendar

    if anything(page):
        show_calendar(page)
elif part == WORK:
    from lib.ui.governance_work import show_work

    if anything(page):
        show_work(page)
elif part == LIST:
    from lib.ui.governance_lists import show_list

    if anything(page):
        show_list(page)
else:
    show_overview(page)
open_asked_passport(page)
