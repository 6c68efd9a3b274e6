"""Comparing what stands with what we froze: object by object, and model by table."""

from collections.abc import Iterable, Mapping

from django.core.checks import Warning
from django.db import connection
from django.db.models import Model

from eventflow import catalogue


def differences(
    app_label: str,
    expected: Mapping[str, str],
    standing: Mapping[str, str],
    *,
    closed: Iterable[str],
) -> list[Warning]:
    """One numbered warning for each object that is missing, different, or there unexpectedly.

    Both mappings are in the words of `catalogue.read`. `closed` are beginnings of identities of
    which nothing but the expected may stand.
    """
    warnings = []
    for identity, definition in expected.items():
        if identity not in standing:
            warnings.append(
                Warning(
                    f"Missing: {identity}.",
                    hint=f"Expected: {definition}. `manage.py migrate` completes what it can; "
                    "what was there before, it leaves as it was.",
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


def open_policies(app_label: str, standing: Mapping[str, str]) -> list[Warning]:
    """One warning for each permissive policy that lets every row pass."""
    return [
        Warning(
            f"Always true: {identity}.",
            hint="Row-level security does not protect these rows from other organizations; the "
            f"back office compares organizations itself. Standing: {definition}",
            id=f"{app_label}.W004",
        )
        for identity, definition in standing.items()
        if identity.startswith("policy ")
        and definition.startswith("permissive")
        and (" using true" in definition or " with check true" in definition)
    ]


def models_and_tables(app_label: str, models: Iterable[type[Model]]) -> list[Warning]:
    """One warning for each column of an unmanaged model that the database has otherwise."""
    models = list(models)
    standing = catalogue.read(tables=[f"public.{model._meta.db_table}" for model in models])
    warnings = []
    for model in models:
        table = f"public.{model._meta.db_table}"
        for field in model._meta.concrete_fields:
            definition = standing.get(f"column {field.column} of {table}")
            wanted = field.db_type(connection)
            if definition is None:
                problem = "is not there"
            elif not definition.startswith(wanted):
                problem = f"is {definition}, not {wanted}"
            elif field.null != (" not null" not in definition):
                problem = "may be empty" if not field.null else "may not be empty"
            else:
                continue
            warnings.append(
                Warning(
                    f"The column {table}.{field.column} {problem}, unlike the model "
                    f"{model._meta.label}.",
                    hint="The product's table has changed; bring the model in step with it.",
                    id=f"{app_label}.W005",
                )
            )
    return warnings
