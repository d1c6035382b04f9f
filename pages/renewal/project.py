"""项目: everything about one renewal project, its history and sources, and its public progress sheet."""

from lib.auth.permissions import Action
from lib.ui.page import heading, require
from lib.ui.project import choose_project, show_project
from lib.ui.project_history import show_history, show_sources
from lib.ui.project_sheet import show_sheet, show_waiting

page = require(Action.VIEW)
page = heading(page, "项目", with_units=False)
project = choose_project(page)
if project:
    show_project(page.key, project, page)
    show_history(page.key, project, page)
    show_sources(page, project)
    show_sheet(page, project)
else:
    show_waiting(page)
