"""指标与口径: every indicator with its formula, basis and thresholds; published figures beside ours."""

from lib.auth.permissions import Action
from lib.ui import state
from lib.ui.dictionary import PUBLISHED, choose_part, show_indicators
from lib.ui.page import heading, require
from lib.ui.passport import open_asked_passport
from lib.ui.published import show_comparisons

page = require(Action.VIEW)
page = heading(page, "指标与口径", with_units=False)
if choose_part() == PUBLISHED:
    show_comparisons(str(page.edition.number), state.on_phone(), page)
else:
    show_indicators(page)
open_asked_passport(page)
