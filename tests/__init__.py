"""The tests mirror the apps; ``oracle.py`` is a second implementation of the roll-ups to test against."""
