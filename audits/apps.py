"""How good the casework was, and what is done about it."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    """Lets permissions be granted, counts be offered and words be found as the site starts."""

    name = "audits"
    verbose_name = "Audits and the action plan"

    def ready(self) -> None:
        """Grant permissions; name what is done; offer returns and the plan what rounds found."""
        from audits import permissions  # noqa: F401  # grants its verbs as it is imported
        from audits.findings.actions import carry_over
        from audits.findings.rows import origin_of
        from audits.models import Action, Outcome, Plan, Source, Theme
        from audits.plan.sources import Provider, register
        from audits.plan.verbs import PlanVerb
        from audits.redaction import rows_with_words_of
        from audits.returns_offer import offer_audits
        from audits.verbs import AuditsVerb
        from earlyhelp.core import redaction
        from earlyhelp.core.events import verbs
        from measures.returns import offers

        offers.register(offer_audits)
        register(Source.AUDIT_FINDING, Provider(origin_of, carry_over))
        redaction.register(rows_with_words_of)
        of_plan = (Plan, Theme, Outcome, Action)
        verbs.register(PlanVerb, of_plan)
        verbs.register(AuditsVerb, [model for model in self.get_models() if model not in of_plan])
