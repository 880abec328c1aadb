"""Files of reports as they are downloaded: asked for, built, and asked for again."""

from typing import Any

from django.test import Client
from django.urls import resolve

from earlyhelp.core.work.kinds import KINDS
from earlyhelp.core.work.models import Job
from earlyhelp.report import files

BEING_BUILT = 202


def fetched(client: Client, address: str) -> Any:
    """What an address answers; of a file that is being built, once that kind of file is there."""
    answer = client.get(address)
    if answer.status_code == BEING_BUILT:
        kind = resolve(address.partition("?")[0]).kwargs["kind"]
        waiting = Job.objects.filter(payload__kind=kind)
        for job in waiting.filter(kind=files.COPY) or waiting.filter(kind=files.BUILD):
            KINDS[job.kind].run(job.payload)
            job.delete()
        answer = client.get(address)
    return answer
