"""更新进度: how far projects are, which are short of their gate, which milestones are late."""

from lib.auth.permissions import Action
from lib.datasets.ladders import RENEWAL_LADDERS
from lib.ui.cards import show_cards
from lib.ui.page import heading, require
from lib.ui.passport import open_asked_passport
from lib.ui.renewal import CARDS, show_body

page = require(Action.VIEW)
page = heading(page, "更新进度", types=tuple(RENEWAL_LADDERS))
show_cards(page, CARDS)
show_body(page.key, page)
open_asked_passport(page)
