"""Comparing what stands with what is expected: object by object, and model by table.

Everything found is a numbered warning; nothing here knows an object by name.
"""

import re
from collections.abc import Iterable, Mapping

from django.core.checks import Warning
from django.db import connection
from django.db.models import Model

from eventflow import catalogue

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
    expected: Mapping[str, str],
    standing: Mapping[str, str],
    *,
    closed: Iterable[str] = (),
    mend: str = _BY_THE_FOUNDATION,
) -> list[Warning]:
    """One warning for each object that is missing, different, or there unexpectedly.

    Both mappings are in the words of `catalogue.read`. `closed` are beginnings of identities of
    which nothing but the expected may stand. `mend` says how to make what is missing.
    """
    warnings = []
    for identity, definition in expected.items():
        if identity not in standing:
            warnings.append(
                Warning(
                    f"Missing: {identity}.",
                    hint=f"Expected: {definition}\n\t{_remedy(identity, definition) or mend}",
                    id=f"{app_label}.W001",
                )
            )
        elif standing[identity] != definition:
            warnings.append(
                Warning(
                    f"Different: {identity}.",
                    hint=f"Expected: {definition}\n\tStanding: {standing[identity]}",
                    id=f"{app_label}.W002",
                )
            )
    for identity in sorted(standing.keys() - expected.keys()):
        if identity.startswith(tuple(closed)):
            warnings.append(
                Warning(
                    f"Not of this back office: {identity}.",
                    hint=f"It was there before, or was made by hand: {standing[identity]}",
                    id=f"{app_label}.W003",
                )
            )
    return warnings


def _remedy(identity: str, definition: str) -> str | None:
    """The statement that would make the object that is missing, where one is enough."""
    kind, _, rest = identity.partition(" ")
    name, _, table = rest.partition(" on ")
    if kind == "constraint":
        return f"To add it: alter table {table} add constraint {name} {definition};"
    if kind == "index":
        return f"To add it: {definition};"
    if kind == "column":
        name, _, table = rest.partition(" of ")
        return f"To add it: alter table {table} add column {name} {definition};"
    if kind == "rights":
        routine = "routine " if "(" in table else ""
        return f"To give them: grant {definition} on {routine}{table} to {name.split()[-1]};"
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
            f"back office compares organizations itself. Standing: {definition}",
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
            hint="The product's table has changed; bring the model in step with it.",
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
