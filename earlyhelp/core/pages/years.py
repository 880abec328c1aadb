"""Years that stay whole: a browser ends a line at the hyphen of 2015-16, a printer does not."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_YEAR = re.compile(r"\b[0-9]{4}-[0-9]{2}\b(?!-)")


@register.filter
def whole_years(words: object) -> SafeString:
    """Words, escaped, in which no line ends within a year: for titles, and cells of tables."""
    if isinstance(words, SafeString):
        return words  # markup, whose addresses can have years in them
    kept = _YEAR.sub(r'<span class="eh-nowrap">\g<0></span>', conditional_escape(str(words)))
    return mark_safe(kept)  # noqa: S308  # escaped above
