"""Bytes in, `Staging` out: find the table in an office workbook, map its headers, clean its cells, check its rows.

Its one rule: a file is opened only in the worker process (`worker`), never in the process that serves pages.
"""
