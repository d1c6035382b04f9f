"""更新进度: how far projects are, which are short of their gate, which milestones are late."""

from lib.auth.permissions import Action
from lib.datasets.ladders import RENEWAL_LADDERS
from lib.ui.page import heading, require
from lib.ui.passport import open_asked_passport
from lib.ui.renewal import LIFTS, LIST, MOVING, NODES, SIGNING, choose_part, show_list, show_overview
from lib.ui.renewal_filters import choose_projects, without_stage

page = require(Action.VIEW)
page = heading(page, "更新进度", types=tuple(RENEWAL_LADDERS), further=choose_projects)
part = choose_part()
if part == SIGNING:
    from lib.ui.renewal_consent import show_consent

    show_consent(page)
elif part == NODES:
    from lib.ui.renewal_timeline import show_timeline

    show_timeline(page)
elif part == MOVING:
    from lib.ui.renewal_people import show_people

    show_people(page)
elif part == LIFTS:
    from lib.ui.renewal_lifts import show_lifts

    show_lifts(without_stage(page))
elif part == LIST:
    show_list(page)
else:
    show_overview(page)
open_asked_passport(page)
