"""报送: the form to fill in, the upload with every problem at its cell, what would change, publishing, own history."""

import streamlit as st

from lib.auth.permissions import Action
from lib.ui.page import require
from lib.ui.submit import show_upload
from lib.ui.submit_offer import show_outcome
from lib.ui.submit_records import show_history, show_queue

page = require(Action.SUBMIT, without_data=True)
st.title("报送", anchor=False)
show_outcome()
show_upload(page)
show_queue(page)
show_history(page)
