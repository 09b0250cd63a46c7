"""The database itself refuses to change or delete an event."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = [
    "CREATE TRIGGER zhinan_event_no_{verb} BEFORE {verb} ON zhinan_event BEGIN SELECT RAISE(ABORT, 'events are only added'); END",
]
POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION zhinan_event_stays() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'events are only added'; END $$",
    "CREATE TRIGGER zhinan_event_no_change BEFORE UPDATE OR DELETE ON zhinan_event "
    "FOR EACH ROW EXECUTE FUNCTION zhinan_event_stays()",
]


def guard(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """In the words of the database at hand."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in POSTGRESQL:
            schema_editor.execute(statement)
        return
    for verb in ("UPDATE", "DELETE"):
        schema_editor.execute(SQLITE[0].format(verb=verb))


def unguard(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Only for going back to before there were events."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER zhinan_event_no_change ON zhinan_event")
        return
    for verb in ("UPDATE", "DELETE"):
        schema_editor.execute(f"DROP TRIGGER zhinan_event_no_{verb}")


class Migration(migrations.Migration):
    """After the first tables."""

    dependencies = [("zhinan", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
