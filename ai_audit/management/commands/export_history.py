"""`manage.py export_history`: the audit history, or what is asked for of it, as a file."""

from dataclasses import fields
from datetime import date
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from ai_audit.reports import exports, filters
from ai_audit.reports.filters import Filters

_CHOICES = {
    "status": list(filters.STATUSES),
    "action": list(filters.ACTIONS),
    "claimed": list(filters.CLAIMED),
    "claim": list(filters.CLAIMS),
    "compared": list(filters.COMPARED),
}
_TYPES = {UUID | None: UUID, date | None: date.fromisoformat, int | None: int, str: str}


class Command(BaseCommand):
    help = (
        "Writes the audit history to a file, as CSV or as JSON Lines by the file's ending: all of "
        "it, or what the options ask for, as the list's filters do. Days are YYYY-MM-DD."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="where to; it is replaced once all is written")
        for field in fields(Filters):
            option = "--" + field.name.replace("_", "-")
            if field.type is bool:
                parser.add_argument(option, action="store_true")
            else:
                parser.add_argument(
                    option,
                    type=_TYPES[field.type],
                    choices=_CHOICES.get(field.name),
                    default=field.default,
                )

    def handle(self, *, file, verbosity, **options):
        try:
            written_as = exports.Format(file.suffix.removeprefix("."))
        except ValueError:
            raise CommandError(
                f"{file.name} ends neither in .csv nor in .jsonl. Nothing was written."
            ) from None
        asked = Filters(**{field.name: options[field.name] for field in fields(Filters)}).within(
            None
        )
        partial = file.with_name(f"{file.name}.partial")
        try:
            rows = self._write(asked, written_as, partial, show=verbosity > 0)
            partial.replace(file)
        except OSError as error:
            raise CommandError(
                f"{file} could not be written: {error.strerror}. What was there is as it was."
            ) from error
        finally:
            partial.unlink(missing_ok=True)
        self.stdout.write(f"{rows:,} suggestions were written to {file}.")

    @staticmethod
    def _write(asked, written_as, partial: Path, *, show: bool) -> int:
        total = asked.queryset().count()
        with (
            partial.open("w", encoding="utf-8", newline="") as out,
            tqdm(total=total, unit=" rows", disable=None if show else True) as bar,
        ):
            # The bar counts nothing where it is not shown.
            written = 0
            for rows, lines in exports.pieces(asked, written_as):
                out.write(lines)
                bar.update(rows)
                written += rows
            return written
