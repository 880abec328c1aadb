"""What leaves the house, period by period."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Releases, an app of their own within what was counted."""

    name = "measures.releases"
    label = "releases"
    verbose_name = "Releases"

    def ready(self) -> None:
        """Keep releases for good; answer what outsiders read; name what is done."""
        from earlyhelp.core import guarded
        from earlyhelp.core.events import scopes, verbs
        from earlyhelp.core.work import kinds
        from measures.counting.aggregates import outsiders
        from measures.releases import actions, guard, proposals, reading, verification
        from measures.releases.record import SEEN
        from measures.releases.verbs import ReleasesVerb

        for one in guard.GUARDS:
            guarded.register(one)
        verbs.register(ReleasesVerb, self.get_models())
        scopes.register(SEEN)
        outsiders.register(reading.tally)
        verification.register_all()
        kinds.register(actions.KIND, actions.run, goes_out=False)
        kinds.register(proposals.KIND, proposals.work_out, goes_out=False)
