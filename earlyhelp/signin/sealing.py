"""Sealing, from where a released migration (``0002``) takes it."""

from earlyhelp.core.sealing import seal as seal
