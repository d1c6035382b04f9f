"""选址评估: candidate sites ranked by the bureau's weights, how firm the order is, what new sites do for coverage."""

from lib.auth.permissions import Action
from lib.ui.page import heading, require
from lib.ui.passport import open_asked_passport
from lib.ui.sites import COVERAGE, ONE, STABILITY, anything, choose_part, show_head

page = require(Action.VIEW)
page = heading(page, "选址评估")
part = choose_part()
show_head(page, part)
if not anything(page):
    pass
elif part == STABILITY:
    from lib.ui.sites_stability import show_stability

    show_stability(page)
elif part == COVERAGE:
    from lib.ui.sites_coverage import show_coverage

    show_coverage(page)
elif part == ONE:
    from lib.ui.sites_one import show_one

    show_one(page)
else:
    from lib.ui.sites_ranking import show_ranking

    show_ranking(page)
open_asked_passport(page)
