"""x"""

from lib.auth.permissions import Action
from lib.ui.page import heading, require

page = require(Action.VIEW)
page = heading(page, "x")
