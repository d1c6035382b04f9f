"""The figures of a release: frames from the store, derived columns from the rules, values from the catalogue.

Its one rule: the only place where store, rules and indicators meet; screen, export, report and command line all ask here.
"""
