"""Uncaught errors of a page: an incident number on screen, the trace in the log. Its one rule: no cell value in the log line."""

from __future__ import annotations

import logging
import secrets

import streamlit as st

log = logging.getLogger("yjpt")


def report_script_error(error: Exception) -> bool:
    """Log the error under a new incident number and show that number; True: the default box is not shown."""
    incident = secrets.token_hex(4)
    log.error("incident %s: %s", incident, type(error).__name__, exc_info=error)
    st.error(f"页面出现意外错误，编号 {incident}。您的数据没有改变；请刷新页面重试，仍不行时把编号告诉管理员。")
    return True
