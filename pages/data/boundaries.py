"""边界底图: the outlines of the 街镇 in force, a file of the bureau in their place for those who may, earlier ones."""

from lib.auth.permissions import Action
from lib.ui.boundaries import show_boundary, show_form, show_history
from lib.ui.page import heading, require
from lib.ui.submit_offer import show_outcome

page = require(Action.VIEW)
page = heading(page, "边界底图", with_units=False)
show_outcome()
show_boundary(page)
show_form(page)
show_history(page)
