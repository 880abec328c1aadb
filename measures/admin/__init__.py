"""Keeping the framework; returns, figures, commentary and corrections are to look at only."""

from measures.admin import framework, quarters, returns

__all__ = ["framework", "quarters", "returns"]
