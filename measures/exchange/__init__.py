"""Files in and out, as ``files.md``'s contracts say; all that comes in goes through the actions."""
