"""Workbooks with the messes of offices planted into clean ones (domain.md, C.2). Its one rule: what is planted says itself what must
be found, and where.
"""

from tests.support.mess import around, body, faults, files, header, scope, values
from tests.support.mess.kinds import MESSES, Mess

__all__ = ["MESSES", "Mess", "around", "body", "faults", "files", "header", "scope", "values"]
