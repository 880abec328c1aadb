"""Files in and out, as ``files.md``'s contracts say: councils, figures, roll-ups.

``tables`` reads any table (CSV, XLSX, ODS) and says what is wrong with it, ``council`` and
``framework`` load a council folder, ``figures`` loads figures, ``rollup_export`` makes the rows
of a roll-up and ``writing`` writes rows out. Everything that comes in goes through the actions.
"""
