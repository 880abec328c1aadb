"""Second steps that were set up before are sealed."""

from typing import Any

from django.db import migrations

from earlyhelp.signin.sealing import seal

SECRETS = ("secret", "seed")


def seal_all(apps: Any, editor: Any) -> None:
    """Each secret of each second step."""
    for kept in apps.get_model("mfa", "Authenticator").objects.using(editor.connection.alias):
        for name in SECRETS:
            if name in kept.data:
                kept.data[name] = seal(kept.data[name], "second step")
        if "migrated_codes" in kept.data:
            kept.data["migrated_codes"] = [
                seal(code, "second step") for code in kept.data["migrated_codes"]
            ]
        kept.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("signin", "0001_initial"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(seal_all, migrations.RunPython.noop)]
