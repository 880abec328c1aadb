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
from teams.roles import Role

# What cover needs is worked out as it is given, so that what is refused is said on the form.
REFUSALS = (*forms.REFUSALS, Refused)


def _posts(request: SignedInRequest) -> list[pages.Post]:
    """The posts in the person's own localities; refused for those who head none themselves."""
    require_anywhere(request.actor.authority, [TeamsPermission.APPOINT_COVER])
    localities = pages.own_localities(request.user, request.actor.today)
    if not localities:
        raise Refused("You can only appoint cover in a locality that you head yourself.")
    return pages.posts_in(localities, request.actor.today)


@signed_in
@require_safe
def cover(request: SignedInRequest) -> HttpResponse:
    """The cover in a head's localities: to come, in force, over."""
    context = {"rows": pages.cover_rows(_posts(request), request.actor.today)}
    return render(request, "teams/cover/cover.html", context)


@signed_in
@get_or_post
def cover_new(request: SignedInRequest) -> HttpResponse:
    """Appoint a deputy or an acting manager, from a day to a day."""
    posts = {post.key: post for post in _posts(request)}
    form = CoverForm(
        posted(request),
        people=User.objects.filter(is_active=True).exclude(pk=request.user.pk),
        posts=[(post.key, post.label) for post in posts.values()],
    )

    def appoint() -> Appointment:
        post = posts[form.cleaned_data["post"]]
        deputy = post.role == Role.HEAD_OF_SERVICE
        return appoint_cover(
            person=form.cleaned_data["person"],
            role=post.role,
            starts=form.cleaned_data["starts"],
            ends=form.cleaned_data["ends"],
            reason=form.cleaned_data["reason"],
            team=post.team,
            team_locality_id=None if deputy else post.locality_id,
            locality_id=post.locality_id if deputy else None,
            by=request.actor,
        )

    return answer(
        request,
        form,
        appoint,
        show=lambda: render(request, "teams/cover/cover_new.html", {"form": form}),
        done=lambda made: f"{made.person} is appointed: {posts[form.cleaned_data['post']].label}.",
        then="cover",
        refusals=REFUSALS,
    )


@signed_in
@post_only(lambda pk: reverse("cover"))
def cover_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """End cover now; it counts at the person's next request."""
    posts = _posts(request)
    found = get_object_or_404(pages.cover_in(posts), pk=pk)
    where = next(
        (post.locality_id for post in posts if post.team and post.team.pk == found.team_id), None
    )
    return answer_button(
        request,
        lambda: withdraw_cover(found, by=request.actor, team_locality_id=where),
        page="cover",
        done=f"{found.person} no longer covers.",
        refusals=REFUSALS,
    )


urlpatterns = [
    path("cover/", cover, name="cover"),
    path("cover/new/", cover_new, name="cover-new"),
    path("cover/<int:pk>/withdraw/", cover_withdraw, name="cover-withdraw"),
]
