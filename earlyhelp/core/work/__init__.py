"""Work that outlives a request: mail, and what takes longer than a page may.

A job is a row, written in the transaction that asks for it: what is rolled back is not done, and
nothing slow happens inside. ``manage.py deliver`` does what waits, and tries again what failed or
was broken off: nothing is lost, and nothing is done twice but what was broken off when it was done.
"""
