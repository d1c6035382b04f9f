"""三大行动: 强基 (red points, the party's work), 赋能 (trainings), 攻坚 (fees, funds, 12345, what runs together)."""

from lib.auth.permissions import Action
from lib.ui.campaigns import BASE, FEES, FUNDS, HOTLINE, TRAINING, choose_part, choose_topic
from lib.ui.page import heading, require
from lib.ui.passport import open_asked_passport

page = require(Action.VIEW)
page = heading(page, "三大行动")
part = choose_part()
if part == BASE:
    from lib.ui.campaigns_base import show_base

    show_base(page)
elif part == TRAINING:
    from lib.ui.campaigns_training import show_training

    show_training(page)
elif (topic := choose_topic()) == FEES:
    from lib.ui.campaigns_fees import show_fees

    show_fees(page)
elif topic == FUNDS:
    from lib.ui.campaigns_funds import show_funds

    show_funds(page)
elif topic == HOTLINE:
    from lib.ui.campaigns_hotline import show_hotline

    show_hotline(page)
else:
    from lib.ui.campaigns_joint import show_joint

    show_joint(page)
open_asked_passport(page)
