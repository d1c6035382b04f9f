"""业委会: formed of eligible, in term of formed, what expires when, and the lists behind."""

from lib.auth.permissions import Action
from lib.ui.cards import show_cards, show_lines
from lib.ui.governance import CARDS, LINES, show_body, show_lists, show_places_of
from lib.ui.page import heading, require
from lib.ui.passport import open_asked_passport
from lib.ui.published import show_in_term_note

page = require(Action.VIEW)
page = heading(page, "业委会")
show_cards(page, CARDS, columns=3)
show_lines(page, LINES, columns=3)
show_in_term_note(page)
show_body(page.key, page)
show_places_of(page)
show_lists(page.key, page)
open_asked_passport(page)
