"""Comparing what stands with what is expected: object by object, and model by table.

Everything found is a numbered warning, with the statement that would mend it, or a sentence where
none can; nothing here knows an object by name.
"""

import re
from collections.abc import Collection, Iterable, Mapping

from django.core.checks import Warning
from django.db import connection
from django.db.models import Model

from eventflow.db import catalogue, mending, objects
from eventflow.db.objects import Object

_UNSETTLED = (
    "This server may only print it otherwise than the one by which it was written down. Finding "
    "out takes a temporary table, which may not be made here: ask as the login that migrates, on a "
    "server that writes, with manage.py check --database default. "
)
_BY_HAND = "No statement mends it: rename what stands, and migrate makes what is meant."
_BY_THE_FOUNDATION = "sql/006_ai_write_foundation.sql makes it, and leaves what stands as it is."

# What lets every row pass for whoever is signed in, as the catalogue prints it.
_ALWAYS_TRUE = "|".join(
    re.escape(expression)
    for expression in (
        "true",
        "(1 = 1)",
        "(auth.uid() IS NOT NULL)",
        "(( SELECT auth.uid() AS uid) IS NOT NULL)",
        "(auth.role() = 'authenticated'::text)",
        "(( SELECT auth.role() AS role) = 'authenticated'::text)",
    )
)
_OPEN = re.compile(
    rf"permissive .* (using|with check) ({_ALWAYS_TRUE})( with check .*)?", re.DOTALL
)


def differences(
    app_label: str,
    wanted: Collection[Object],
    standing: Mapping[str, str],
    *,
    closed: Iterable[str] = (),
    mend: str = _BY_THE_FOUNDATION,
) -> list[Warning]:
    """One warning for each object that is missing, different, or there unexpectedly.

    `standing` is in the words of `catalogue.read`. `closed` are beginnings of identities of which
    nothing but what is wanted may stand. `mend` says how to make what no single statement makes.
    What belongs to a table or a function that is missing itself is not told besides.
    """
    expected = {made.identity: made for made in wanted}
    warnings = []
    for made in objects.missing(wanted, standing):
        whole = _whole(made, expected)
        if whole is None or whole in standing:
            warnings.append(
                Warning(
                    f"Missing: {made.identity}.",
                    hint=_remedy(made, wanted, standing)
                    or f"Expected: {made.statement};\n\t{mend}",
                    id=f"{app_label}.W001",
                )
            )
    for identity, settled in objects.differing(wanted, standing).items():
        made = expected[identity]
        stands = objects.making(identity, standing[identity])
        warnings.append(
            Warning(
                f"Different: {identity}." if settled else f"Perhaps different: {identity}.",
                hint=("" if settled else _UNSETTLED)
                + f"Expected: {made.statement};\n\tStanding: {stands};\n\t"
                + (_remedy(made, wanted, standing) or _BY_HAND),
                id=f"{app_label}.{'W002' if settled else 'W007'}",
            )
        )
    for identity in sorted(standing.keys() - expected.keys()):
        if identity.startswith(tuple(closed)):
            warnings.append(
                Warning(
                    f"Not of this back office: {identity}.",
                    hint=f"It was there before, or was made by hand: {standing[identity]}\n\t"
                    f"Where nothing needs it: {mending.taking(identity)}",
                    id=f"{app_label}.W003",
                )
            )
    return warnings


def _whole(made: Object, expected: Mapping[str, Object]) -> str | None:
    """The identity of the table or the function that it belongs to, where that is expected too."""
    if made.of:
        for kind in ("table", "function"):
            if f"{kind} {made.of}" in expected:
                return f"{kind} {made.of}"
    return None


def _remedy(made: Object, wanted: Collection[Object], standing: Mapping[str, str]) -> str | None:
    """The statements that mend it, and whose they are; None where it takes more.

    A column that may not be empty and has no default can be added to an empty table only.
    """
    statements = mending.making(made, wanted, standing)
    if statements:
        owner = objects.owner(made, stands=made.identity in standing)
        return f"By the login {owner}.\n\tTo mend it: {statements}"
    if made.kind == "column" and made.identity not in standing:
        return "It held what nothing else knows: bring it back from a backup."
    return None


def unprotected_rows(
    app_label: str, standing: Mapping[str, str], *, tables: Iterable[str] = ()
) -> list[Warning]:
    """One warning for each policy that is always true, and each table that has them off.

    `standing` is in the words of `catalogue.read`; `tables` are the qualified names of those
    whose row-level security is to be on.
    """
    warnings = [
        Warning(
            f"Row-level security is off: {table}.",
            hint=f"Whoever has a right to the table reaches every organization's rows. To turn it "
            f"on: alter table {table} enable row level security;",
            id=f"{app_label}.W004",
        )
        for table in tables
        if f"table {table}" in standing and f"row level security on {table}" not in standing
    ]
    warnings += [
        Warning(
            f"Always true: {identity}.",
            hint="Row-level security does not protect these rows from other organizations; the "
            f"back office compares organizations itself. Standing: {definition}\n\t"
            f"Where nothing needs it: {mending.taking(identity)}",
            id=f"{app_label}.W005",
        )
        for identity, definition in standing.items()
        if identity.startswith("policy ") and _OPEN.fullmatch(definition)
    ]
    return warnings


def models_and_tables(app_label: str, models: Iterable[type[Model]]) -> list[Warning]:
    """One warning for each column of an unmanaged model that the database has otherwise.

    Columns that the model does not name are the product's own affair. A table that is not there
    at all gives one warning.
    """
    models = list(models)
    standing = catalogue.read(tables=[f"public.{model._meta.db_table}" for model in models])
    return [
        Warning(
            f"{problem}, unlike the model {model._meta.label}.",
            hint="The product's table has changed, and no statement of ours mends that; bring the "
            "model in step with it.",
            id=f"{app_label}.W006",
        )
        for model in models
        for problem in _problems(model, standing)
    ]


def _problems(model: type[Model], standing: Mapping[str, str]) -> Iterable[str]:
    table = f"public.{model._meta.db_table}"
    if f"table {table}" not in standing:
        yield f"The table {table} is not there"
        return
    for field in model._meta.concrete_fields:
        name = f"The column {table}.{field.column}"
        definition = standing.get(f"column {field.column} of {table}")
        if definition is None:
            yield f"{name} is not there"
            continue
        standing_type, required = catalogue.column(definition)
        wanted_type = field.db_type(connection)
        if standing_type != wanted_type:
            yield f"{name} is {standing_type}, not {wanted_type}"
        elif required == field.null:
            yield f"{name} {'must not' if required else 'may'} be empty"
