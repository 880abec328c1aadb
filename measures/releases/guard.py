"""The database's own refusal to change or delete a release, on both engines."""

from earlyhelp.core.guarded import insert_only
from measures.releases.models import Release, ReleasedLine, ReleasedQuarter, VoidedQuarter

_UNIQUE = {
    Release: (),
    ReleasedQuarter: (("release_id", "quarter_id"),),
    ReleasedLine: (("release_id", "measure_id", "locality_id", "period"),),
    VoidedQuarter: (("quarter_id", "up_to_id"),),
}
GUARDS = [
    insert_only(
        model._meta.db_table,
        "A release",
        f"releases.W00{number}",
        "a release is never changed",
        *unique,
    )
    for number, (model, unique) in enumerate(_UNIQUE.items(), start=1)
]
