"""标准与阈值: the registry with its states, changing it for those who may, earlier registries with what changed."""

import streamlit as st

from lib.auth.permissions import Action
from lib.ui.page import heading, require
from lib.ui.submit_offer import show_outcome
from lib.ui.threshold_form import show_form
from lib.ui.thresholds import show_history, show_registry

page = require(Action.VIEW)
page = heading(page, "标准与阈值", with_units=False)
show_outcome()
wanted = st.text_input("搜索标准", key="rule", bind="query-params", placeholder="名称、编号、文件、指标或备注")
show_registry(page, wanted.strip())
show_form(page)
show_history(page)
