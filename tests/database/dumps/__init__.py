"""Databases of earlier versions, as SQL text, and the statements those versions sent to them.

Each `<version>.sql` was written by `make` when that version was the newest: the product's tables
and ours with rows in every state, to be restored and migrated by every later version. Its
`<version>.json` holds what that version's web process and commands asked such a database, so that
a test can ask it again while newer objects stand. What is in a dump is told by the names below.
A dump is never edited; a later version gets one of its own.
"""

import json
import re
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID, uuid4

from django.db import connection
from psycopg import sql

from eventflow.db import database

FOLDER = Path(__file__).parent
# Whom the tables belong to; on the tests' server that may be another login.
OWNER = "backoffice_owner"

VERSIONS = sorted(path.stem for path in FOLDER.glob("*.sql"))


def known(number: int) -> UUID:
    """An identifier that is the same in every dump."""
    return UUID(f"00000000-0000-4000-8000-{number:012}")


# Suggestions. Those of the first five stood decided before there were a guard and a history.
BEFORE_EXECUTED = known(1)
BEFORE_REJECTED = known(2)
BEFORE_FAILED = known(3)
BEFORE_APPROVED = known(4)  # its time is known, and not who it was
BEFORE_UNDECIDED = known(5)
UNDECIDED = known(10)
BLOCKED = known(11)
WITHOUT_EVENT = known(12)
ODD = known(13)
HOSTILE = known(14)
TO_REJECT = known(15)
TO_AMEND = known(16)
TO_UPDATE = known(17)
TO_REMOVE = known(18)
TO_SWAP = (known(19), known(40))
PLACED = known(20)
CHANGED = known(21)
REMOVED = known(22)  # with three registrations, one of a companion
REMOVED_AND_UNDONE = known(23)
REJECTED = known(24)
FAILED = known(25)
REPLACED = known(26)
WITHDRAWN = known(27)
LATER = known(30)
LATER_REMOVAL = known(31)
LATER_BY_SOMEONE_WHO_LEFT = known(32)
LATER_ELSEWHERE = known(33)  # by an older client, in nobody's name

# Sessions.
REMOVED_SESSION = known(100)
GALA = known(101)
WORKSHOP = known(102)
LECTURE = known(103)
PANEL = known(104)
LUNCH = known(105)
ONE, OTHER = known(106), known(107)  # which swap their rooms

# Users, each with the password of the tests.
NOA = "noa"  # decides
DANA = "dana"  # looks
GAL = "gal"  # approved something, and has left
OMER = "omer"  # decides elsewhere
ROOT = "root"


def statements(version: str) -> list[dict]:
    """What that version asked: acts, each with its `act`, its `login` and its `transactions`.

    A transaction is a list of statements, each with the number of rows it gave or wrote.
    """
    return json.loads((FOLDER / f"{version}.json").read_text(encoding="utf-8"))


@contextmanager
def restored(version: str):
    """A new database made of that version's dump, owned as the tests' others are; its name."""
    name = f"test_restored_{uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute("select session_user")
        (owner,) = cursor.fetchone()
    connection.close()
    text = (FOLDER / f"{version}.sql").read_text(encoding="utf-8")
    text = re.sub(rf"\b{OWNER}\b", sql.Identifier(owner).as_string(), text)
    with closing(database.connect_as_superuser("postgres")) as raw:
        own, to = sql.Identifier(name), sql.Identifier(owner)
        raw.execute(sql.SQL("drop database if exists {} with (force)").format(own))
        raw.execute(sql.SQL("create database {} template template0 owner {}").format(own, to))
        try:
            with closing(database.connect_as_superuser(name)) as inside:
                inside.execute(text, prepare=False)
                # A database's own settings are in no dump of it.
                inside.execute(
                    sql.SQL(
                        'alter database {} set search_path = "$user", public, extensions'
                    ).format(own)
                )
            yield name
        finally:
            raw.execute(sql.SQL("drop database if exists {} with (force)").format(own))
