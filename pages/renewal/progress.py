"""更新进度: how far projects are, which are short of their gate, which milestones are late."""

from lib.auth.permissions import Action
from lib.datasets.ladders import RENEWAL_LADDERS
from lib.ui.cards import show_cards, show_lines
from lib.ui.page import heading, require
from lib.ui.passport import open_asked_passport
from lib.ui.renewal import CARDS, LINES, show_body, show_lists, show_overdue_places

page = require(Action.VIEW)
page = heading(page, "更新进度", types=tuple(RENEWAL_LADDERS))
show_cards(page, CARDS)
show_lines(page, LINES, columns=3)
show_body(page.key, page)
show_overdue_places(page)
show_lists(page.key, page)
open_asked_passport(page)
