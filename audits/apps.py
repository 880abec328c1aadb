"""How good the casework was, and what is done about it."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    """Lets permissions be granted, counts be offered and words be found as the site starts."""

    name = "audits"
    verbose_name = "Audits"

    def ready(self) -> None:
        """Grant permissions; name what is done; offer returns and the plan what rounds found."""
        from audits import permissions  # noqa: F401  # grants its verbs as it is imported
        from audits.findings.actions import carry_over
        from audits.findings.rows import origin_of
        from audits.plan import sources
        from audits.plan.models import Source
        from audits.record import SEEN
        from audits.redaction import rows_with_words_of
        from audits.returns_offer import offer_audits
        from audits.verbs import AuditsVerb
        from earlyhelp.core import redaction
        from earlyhelp.core.events import scopes, verbs
        from measures.returns import offers

        offers.register(offer_audits)
        sources.register(Source.AUDIT_FINDING, sources.Provider(origin_of, carry_over))
        redaction.register(rows_with_words_of)
        verbs.register(AuditsVerb, self.get_models())
        scopes.register(SEEN)
