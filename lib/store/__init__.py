"""The only SQL: blobs, submissions, releases, indicator values and the audit log, in one database.

Its one rule: what is published is never changed; every function takes the connection of the caller's transaction.
"""
