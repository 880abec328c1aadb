"""What a monitoring system reads (Prometheus): requests as they are counted, the rest as it stands.

Nothing in it names a person, a team or a figure. Requests are counted in every web process; with
``PROMETHEUS_MULTIPROC_DIR`` set (``earlyhelp.server`` sets it) any of them tells for all.
"""

import os
from collections.abc import Iterator

from django.db import connection
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from earlyhelp.core import replica
from earlyhelp.core.version import VERSION
from earlyhelp.operations.standing import free_bytes, last_drill, not_ready, waiting_jobs

REQUESTS = Counter("earlyhelp_requests", "Requests answered", ["method", "page", "status"])
SECONDS = Histogram(
    "earlyhelp_request_seconds",
    "How long a page took",
    ["page"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


class Standing(Collector):
    """How the site stands at the moment of being asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read from the database; while that does not answer, only that it does not."""
        problems = not_ready()
        ready = GaugeMetricFamily("earlyhelp_ready", "1 where it can serve", labels=["of"])
        for name in ("database", "migrations", "triggers", "disk"):
            ready.add_metric([name], float(name not in problems))
        yield ready
        version = GaugeMetricFamily("earlyhelp_version", "The version", labels=["version", "kind"])
        version.add_metric([VERSION, connection.vendor], 1)
        yield version
        yield _gauge("earlyhelp_disk_free_bytes", "Room where the site writes", free_bytes())
        if "database" in problems or "migrations" in problems:
            return
        if replica.is_there():
            read = float(replica.standing() is replica.ReplicaStanding.READ)
            yield _gauge("earlyhelp_replica_read", "1 where pages read from the replica", read)
        waiting, given_up, late = waiting_jobs()
        yield _gauge("earlyhelp_jobs_waiting", "Mail and other jobs that wait", waiting)
        yield _gauge("earlyhelp_jobs_given_up", "Jobs that were given up", given_up)
        yield _gauge("earlyhelp_jobs_late_seconds", "How late the first is", late.total_seconds())
        if (drill := last_drill()) is not None:
            age = (timezone.now() - drill.at).total_seconds()
            yield _gauge("earlyhelp_restore_drill_age_seconds", "Since the last drill", age)
            well = float(not drill.problem)
            yield _gauge("earlyhelp_restore_drill_well", "1 where the last went well", well)


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value=value)


def exposition() -> bytes:
    """All of it, in the format that Prometheus reads."""
    standing = CollectorRegistry()
    standing.register(Standing())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]  # untyped
    else:
        counted = REGISTRY
    return generate_latest(counted) + generate_latest(standing)
