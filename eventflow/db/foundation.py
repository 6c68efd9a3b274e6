"""The foundation's SQL as one file, for a SQL editor that sends it all at once.

Made of the frozen files of every migration marked `foundation = True`, in their order. A section
that makes a function which a later one makes anew is left out.
"""

import re
from pathlib import Path

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from eventflow import sql
from eventflow.db import database

FILE = Path(settings.BASE_DIR) / "sql" / "006_ai_write_foundation.sql"

_HEADER = """\
-- היסודות של כתיבה בידי AI: יומן ההצעות, ומה שמונע חדר כפול ומוצא דובר כפול.
-- אפשר להדביק את הקובץ כולו בעורך ה-SQL, ולהריץ אותו שוב: מה שכבר קיים נשאר כפי שהוא.
-- The foundation of writing by AI: the log of suggestions, and what makes double-booking a room
-- impossible and finds a speaker in two places. Paste the whole file into the SQL editor; run
-- again, it completes what is missing and leaves what stands. Written by
-- `manage.py export_foundation_sql` from the migrations; not to be edited by hand.

begin;

-- לא מחכים לנעילות, ולא רצים במקביל ל-migrate
-- No long waits for locks, and never beside a running migrate
set local lock_timeout = '3s';
set local search_path = public, extensions;
select pg_catalog.pg_advisory_xact_lock({key});

"""

# The sections of a frozen file each begin with a comment.
_BETWEEN = re.compile(r"\n\n(?=-- )")
_MAKES = re.compile(r"create or replace function ([\w.]+)\(", re.IGNORECASE)


def text() -> str:
    """The whole file as it should be: each object once, as the last migration has it."""
    loader = MigrationLoader(None)
    plan = [
        key
        for leaf in sorted(loader.graph.leaf_nodes())
        for key in loader.graph.forwards_plan(leaf)
    ]
    sections = [
        section
        for key in dict.fromkeys(plan)
        for operation in loader.graph.nodes[key].operations
        if getattr(loader.graph.nodes[key], "foundation", False)
        and isinstance(operation, sql.FrozenSQL)
        for section in _BETWEEN.split(
            sql.read(operation.app_label, f"{operation.name}.up.sql").strip()
        )
    ]
    last = {made: section for section in sections if (made := _function(section))}
    header = _HEADER.format(key=database.advisory_key("migrate"))
    kept = [s for s in sections if not (made := _function(s)) or s == last[made]]
    return header + "\n\n".join(kept) + "\n\ncommit;\n"


def _function(section: str) -> str | None:
    """The function that a section makes, if it makes one."""
    found = _MAKES.search(section)
    return found and found[1]
