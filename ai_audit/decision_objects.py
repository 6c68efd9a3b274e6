"""What guards decisions and keeps their history, in the catalogue's words.

The functions are read from the frozen SQL, which makes them. Comparing is in `checks`.
"""

import re
from collections.abc import Iterable

from eventflow import sql

LOG = "public.ai_insights_log"
HISTORY = "backoffice.decision_history"
LINKS = "backoffice.suggestion_links"

_FILES = (
    ("ai_audit", "0003_lifecycle_guard.up.sql"),
    ("ai_audit", "0004_decision_history.up.sql"),
    ("ai_audit", "0020_acts_of_the_owner.up.sql"),
    ("ai_audit", "0022_guard_of_decisions.up.sql"),
    ("scheduling", "0004_what_goes_with_a_session.up.sql"),
)
# What gives functions of these files another search path.
_ALTERING = (("ai_audit", "0024_undoing_and_bases.up.sql"),)
_FUNCTION = re.compile(
    r"create (?:or replace )?function backoffice\.(?P<name>\w+)\((?P<arguments>[^)]*)\)"
    r"\s+returns (?P<returns>[^\n]+)\s+language (?P<language>\w+)"
    r"(?:\s+(?P<options>immutable|stable|volatile|security definer))?"
    r"\s+set search_path = (?P<path>''|[\w, ]+)"
    r"(?:\s+set (?P<setting>\w+) = (?P<value>'\w+'))?"
    r"\s+as (?P<quote>\$\w*\$)(?P<body>.*?)(?P=quote);",
    re.DOTALL,
)
_ALTERED = re.compile(
    r"^alter function backoffice\.(?P<signature>[^\n]+)\s+set search_path = (?P<path>[^;]+);",
    re.MULTILINE,
)

_GUARD = "EXECUTE FUNCTION backoffice.guard_suggestion() (always)"
_APPEND_ONLY = "EXECUTE FUNCTION backoffice.refuse_to_change_history() (always)"

# They fire always, also in replica mode; one that was disabled differs.
TRIGGERS = {
    f"trigger guard_suggestion on {LOG}": (
        "CREATE TRIGGER guard_suggestion BEFORE INSERT OR DELETE OR UPDATE ON "
        f"{LOG} FOR EACH ROW {_GUARD}"
    ),
    f"trigger guard_suggestions_from_truncate on {LOG}": (
        "CREATE TRIGGER guard_suggestions_from_truncate BEFORE TRUNCATE ON "
        f"{LOG} FOR EACH STATEMENT {_GUARD}"
    ),
    f"trigger write_decision_history on {LOG}": (
        f"CREATE TRIGGER write_decision_history AFTER INSERT OR UPDATE ON {LOG} FOR EACH ROW "
        "EXECUTE FUNCTION backoffice.write_decision_history() (always)"
    ),
    f"trigger history_is_append_only on {HISTORY}": (
        f"CREATE TRIGGER history_is_append_only BEFORE DELETE OR UPDATE ON {HISTORY} "
        f"FOR EACH ROW {_APPEND_ONLY}"
    ),
    f"trigger history_is_never_emptied on {HISTORY}": (
        f"CREATE TRIGGER history_is_never_emptied BEFORE TRUNCATE ON {HISTORY} "
        f"FOR EACH STATEMENT {_APPEND_ONLY}"
    ),
    f"trigger links_are_append_only on {LINKS}": (
        f"CREATE TRIGGER links_are_append_only BEFORE DELETE OR UPDATE ON {LINKS} "
        f"FOR EACH ROW {_APPEND_ONLY}"
    ),
    f"trigger links_are_never_emptied on {LINKS}": (
        f"CREATE TRIGGER links_are_never_emptied BEFORE TRUNCATE ON {LINKS} "
        f"FOR EACH STATEMENT {_APPEND_ONLY}"
    ),
}

# One suggestion is replaced at most once, and undone at most once.
CONSTRAINTS = {
    f"constraint suggestion_links_{column}_key on {LINKS}": f"UNIQUE ({column})"
    for column in ("replaces", "undoes")
}


def functions() -> dict[str, str]:
    """The guard's, the history's and the owner's acts; whoever alters one could forge with it."""
    return functions_of(*_FILES, altering=_ALTERING)


def functions_of(
    *files: tuple[str, str], altering: Iterable[tuple[str, str]] = ()
) -> dict[str, str]:
    """The functions that frozen files, each after its app's name, make in `backoffice`.

    A later file's definition counts, and the search paths of files that are `altering`.
    """
    paths = {
        f"function backoffice.{altered['signature'].replace(', ', ',')}": altered["path"]
        for file in altering
        for altered in _ALTERED.finditer(sql.read(*file))
    }
    found = {}
    for app_label, file in files:
        for made in _FUNCTION.finditer(sql.read(app_label, file)):
            types = ",".join(
                argument.split(maxsplit=1)[1]
                for argument in made["arguments"].split(", ")
                if argument
            )
            returns = made["returns"].replace("table (", "TABLE(").replace("setof ", "SETOF ")
            # What is volatile is not said to be.
            said = made["options"] not in (None, "volatile")
            options = f" {made['options'].upper()}\n" if said else ""
            also = f" SET {made['setting']} TO {made['value']}\n" if made["setting"] else ""
            identity = f"function backoffice.{made['name']}({types})"
            path = re.sub(r"\w+", r"'\g<0>'", paths.get(identity, made["path"]))
            found[identity] = (
                f"CREATE OR REPLACE FUNCTION backoffice.{made['name']}({made['arguments']})\n"
                f" RETURNS {returns}\n LANGUAGE {made['language']}\n{options}"
                f" SET search_path TO {path}\n{also}AS $function${made['body']}$function$\n"
            )
    return found


def expected() -> dict[str, str]:
    """Every object of the guard and the history, in the catalogue's words."""
    tables = {f"table {name}": "table" for name in (HISTORY, LINKS)}
    return tables | TRIGGERS | CONSTRAINTS | functions()


def function_names() -> list[str]:
    """The functions' names without a signature, to read the catalogue by."""
    return [identity.removeprefix("function ").split("(")[0] for identity in functions()]
