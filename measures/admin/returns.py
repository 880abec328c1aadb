"""Returns with their figures, commentary and corrections: to look at only.

Figures change on the site's own pages, through the workflow; nothing of that is here.
"""

from django.contrib import admin

from measures.models import Commentary, CorrectedFigure, Correction, Figure, Return
from measures.permissions import MeasuresPermission
from teams.admin.base import ReadOnly
from teams.admin.history import WithHistory


class Looked(ReadOnly):
    """Seen by those who keep the framework; administrators see no figures."""

    kept_by = MeasuresPermission.KEEP_FRAMEWORK


class FigureRows(Looked, admin.TabularInline):
    """The figures of a return."""

    model = Figure
    fields = ["item", "shown", "note", "explains", "entered_by", "entered_at"]
    readonly_fields = ["item", "shown", "note", "explains", "entered_by", "entered_at"]
    extra = 0
    ordering = ["item__position"]


@admin.register(Return)
class ReturnPages(Looked, WithHistory):
    """Returns in any state."""

    list_display = ["team", "quarter", "locality", "state", "submitted_at", "signed_off_at"]
    list_filter = ["quarter", "state", "locality"]
    list_select_related = ["team", "quarter", "locality"]
    search_fields = ["team__name", "team__code"]
    inlines = [FigureRows]


@admin.register(Commentary)
class CommentaryPages(Looked, WithHistory):
    """What was written beside figures, with its history."""

    list_display = ["measure", "locality", "quarter", "written_by", "written_at"]
    list_filter = ["locality", "measure"]
    list_select_related = ["measure", "locality", "written_by"]


class CorrectedRows(Looked, admin.TabularInline):
    """The figures of a correction."""

    model = CorrectedFigure
    extra = 0


@admin.register(Correction)
class CorrectionPages(Looked, WithHistory):
    """Corrections, proposed and decided."""

    list_display = ["reason", "state", "proposed_by", "proposed_at", "decided_by", "decided_at"]
    list_filter = ["state"]
    list_select_related = ["proposed_by", "decided_by"]
    inlines = [CorrectedRows]
