"""The parts of ``compare_pages.py``: the site asked, its answers kept, and two records compared."""
