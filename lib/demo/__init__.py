"""The demonstration world and the workbooks that carry it. Its one rule: nothing in it is real except the named totals."""
