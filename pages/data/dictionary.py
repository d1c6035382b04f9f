"""指标与口径: every indicator with its formula and basis, thresholds with their dates, published figures beside ours."""

import streamlit as st

from lib.auth.permissions import Action
from lib.ui.dictionary import show_catalogue, show_thresholds
from lib.ui.page import heading, require
from lib.ui.passport import open_asked_passport
from lib.ui.published import show_comparisons

page = require(Action.VIEW)
page = heading(page, "指标与口径", with_units=False)
wanted = st.text_input("搜索指标", key="q", bind="query-params", placeholder="名称、编号、定义或依据")
show_catalogue(page.key, wanted.strip(), page)
st.subheader("标准和阈值", anchor=False)
show_thresholds(page.key, page)
show_comparisons(str(page.edition.number), page)
open_asked_passport(page)
