"""Cover: a head of service has somebody stand in for them, or act as a team's manager."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from teams.actions import appoint_cover, withdraw_cover
from teams.cover import pages
from teams.cover.forms import CoverForm
from teams.http import SignedInRequest, signed_in
from teams.models import User
from teams.permissions import Refused, TeamsPermission, require_anywhere
from teams.roles import Role


def _posts(request: SignedInRequest) -> list[pages.Post]:
    """The posts in the person's own localities; refused for those who head none themselves."""
    require_anywhere(request.asked.standing, [TeamsPermission.APPOINT_COVER])
    localities = pages.own_localities(request.user, request.asked.today)
    if not localities:
        raise Refused("You can only appoint cover in a locality that you head yourself.")
    return pages.posts_in(localities, request.asked.today)


@signed_in
@require_safe
def cover(request: SignedInRequest) -> HttpResponse:
    """The cover in a head's localities: to come, in force, over."""
    context = {"rows": pages.cover_rows(_posts(request), request.asked.today)}
    return render(request, "teams/cover/cover.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def cover_new(request: SignedInRequest) -> HttpResponse:
    """Appoint a deputy or an acting manager, from a day to a day."""
    posts = {post.key: post for post in _posts(request)}
    form = CoverForm(
        request.POST if request.method == "POST" else None,
        people=User.objects.filter(is_active=True).exclude(pk=request.user.pk),
        posts=[(post.key, post.label) for post in posts.values()],
    )
    if form.is_valid():
        post = posts[form.cleaned_data["post"]]
        deputy = post.role == Role.HEAD_OF_SERVICE
        try:
            appointed = appoint_cover(
                person=form.cleaned_data["person"],
                role=post.role,
                starts=form.cleaned_data["starts"],
                ends=form.cleaned_data["ends"],
                by=request.user,
                standing=request.asked.standing,
                reason=form.cleaned_data["reason"],
                team=post.team,
                team_locality_id=None if deputy else post.locality_id,
                locality_id=post.locality_id if deputy else None,
            )
        except ValidationError as wrong:
            form.add_error(None, wrong)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{appointed.person} is appointed: {post.label}.")
            return redirect("cover")
    return render(request, "teams/cover/cover_new.html", {"form": form})


@signed_in
@require_POST
def cover_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """End cover now; it counts at the person's next request."""
    posts = _posts(request)
    found = get_object_or_404(pages.cover_in(posts), pk=pk)
    where = next(
        (post.locality_id for post in posts if post.team and post.team.pk == found.team_id), None
    )
    try:
        withdraw_cover(
            found, by=request.user, standing=request.asked.standing, team_locality_id=where
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"{found.person} no longer covers.")
    return redirect("cover")


urlpatterns = [
    path("cover/", cover, name="cover"),
    path("cover/new/", cover_new, name="cover-new"),
    path("cover/<int:pk>/withdraw/", cover_withdraw, name="cover-withdraw"),
]
