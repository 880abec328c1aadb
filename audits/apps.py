"""How good the casework was, and what is done about it."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    """Lets permissions be granted, counts be offered and words be found as the site starts."""

    name = "audits"
    verbose_name = "Audits and the action plan"

    def ready(self) -> None:
        """Grant this room's verbs; offer returns what rounds counted; say where words stand."""
        from audits import permissions  # noqa: F401  # grants its verbs as it is imported
        from audits.redaction import rows_with_words_of
        from audits.returns_offer import offer_audits
        from measures.returns import offers
        from teams import words

        offers.register(offer_audits)
        words.register(rows_with_words_of)
