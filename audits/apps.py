"""How good the casework was, and what is done about it."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    """Lets permissions be granted, counts be offered and words be found as the site starts."""

    name = "audits"
    verbose_name = "Audits and the action plan"

    def ready(self) -> None:
        """Grant its verbs; offer returns what rounds counted, and the plan what they found."""
        from audits import permissions  # noqa: F401  # grants its verbs as it is imported
        from audits.findings.actions import carry_over
        from audits.findings.pages import origin_of
        from audits.models import Source
        from audits.plan_sources import Provider, register
        from audits.redaction import rows_with_words_of
        from audits.returns_offer import offer_audits
        from measures.returns import offers
        from teams import words

        offers.register(offer_audits)
        register(Source.AUDIT_FINDING, Provider(origin_of, carry_over))
        words.register(rows_with_words_of)
