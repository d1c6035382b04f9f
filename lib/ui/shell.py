"""The frame around every page: settings of the page, who is at the screen, the menu, the demonstration line."""

from __future__ import annotations

import streamlit as st

from lib.actions.opening import PROGRESS
from lib.ui import frame

st.set_page_config(page_title="宜居普陀", page_icon=str(frame.ICON), layout="wide", initial_sidebar_state="auto")

if PROGRESS.ready:
    frame.show()
else:
    frame.wait()
