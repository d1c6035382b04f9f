"""The ASGI application. `streamlit run app.py` starts it; the screens are drawn by lib/ui/shell.py."""

import streamlit as st

from lib.server.errors import report_script_error
from lib.server.middleware import MIDDLEWARE
from lib.server.routes import ROUTES
from lib.server.startup import lifespan

app = st.App(
    "lib/ui/shell.py",
    routes=ROUTES,
    middleware=MIDDLEWARE,
    lifespan=lifespan,
    on_script_error=report_script_error,
)
