"""Cover: a head of service has somebody stand in for them, or act as a team's manager."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from earlyhelp.core.pages import forms
from earlyhelp.core.pages.forms import answer, answer_button, get_or_post, post_only, posted
from teams.actions import appoint_cover, withdraw_cover
from teams.cover import pages
from teams.cover.forms import CoverForm
from teams.http import SignedInRequest, signed_in
from teams.models import Appointment, User
from teams.permissions import Refused, TeamsPermission, require_anywhere

# What cover needs is worked out as it is given, so that what is refused is said on the form.
REFUSALS = (*forms.REFUSALS, Refused)


def _coverable(request: SignedInRequest) -> list[pages.CoverableAppointment]:
    """What the person can have covered; refused for those who head no locality themselves."""
    require_anywhere(request.actor.authority, [TeamsPermission.APPOINT_COVER])
    found = pages.coverable(request.user, request.actor.today)
    if not found:
        raise Refused("You can only appoint cover in a locality that you head yourself.")
    return found


@signed_in
@require_safe
def cover(request: SignedInRequest) -> HttpResponse:
    """The cover in a head's localities: to come, in force, over."""
    context = {"rows": pages.cover_rows(_coverable(request), request.actor.today)}
    return render(request, "teams/cover/cover.html", context)


@signed_in
@get_or_post
def cover_new(request: SignedInRequest) -> HttpResponse:
    """Appoint a deputy or an acting manager, from a day to a day."""
    offered = {one.key: one for one in _coverable(request)}
    form = CoverForm(
        posted(request),
        people=User.objects.filter(is_active=True).exclude(pk=request.user.pk),
        coverable=[(one.key, one.label) for one in offered.values()],
    )

    def appoint() -> Appointment:
        given = dict(form.cleaned_data)
        covered = offered[given.pop("post")]
        where = "team_locality_id" if covered.team else "locality_id"
        given[where] = covered.locality_id
        return appoint_cover(role=covered.role, team=covered.team, by=request.actor, **given)

    return answer(
        request,
        form,
        appoint,
        show=lambda: render(request, "teams/cover/cover_new.html", {"form": form}),
        done=lambda made: (
            f"{made.person} is appointed: {offered[form.cleaned_data['post']].label}."
        ),
        then="cover",
        refusals=REFUSALS,
    )


@signed_in
@post_only(lambda pk: reverse("cover"))
def cover_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """End cover now; it counts at the person's next request."""
    coverable = _coverable(request)
    found = get_object_or_404(pages.cover_of(coverable), pk=pk)
    places: dict[int | None, int] = {one.team.pk: one.locality_id for one in coverable if one.team}
    return answer_button(
        request,
        lambda: withdraw_cover(found, by=request.actor, team_locality_id=places.get(found.team_id)),
        page="cover",
        done=f"{found.person} no longer covers.",
        refusals=REFUSALS,
    )


urlpatterns = [
    path("cover/", cover, name="cover"),
    path("cover/new/", cover_new, name="cover-new"),
    path("cover/<int:pk>/withdraw/", cover_withdraw, name="cover-withdraw"),
]
