"""`manage.py export_history`: the audit history, or what is asked for of it, as a file."""

from dataclasses import fields
from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import get_language
from tqdm import tqdm

from ai_audit.reports import exports, filters
from ai_audit.reports.filters import Filters, View

_CHOICES = {
    "status": list(filters.STATUSES),
    "view": list(View),
    "action": list(filters.ACTIONS),
    "made": list(filters.MADE),
    "claimed": list(filters.CLAIMED),
    "claim": list(filters.CLAIMS),
    "compared": list(filters.COMPARED),
}
_TYPES = {UUID | None: UUID, date | None: date.fromisoformat, int | None: int, str: str, View: View}


class Command(BaseCommand):
    help = (
        "Writes the audit history to a file, as CSV or as JSON Lines by the file's ending: all of "
        "it, or what the options ask for, as the list's filters do. Days are YYYY-MM-DD. CSV is in "
        "words, in the language asked for, on the clocks of the events; JSON Lines hold codes."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="where to; it is replaced once all is written")
        parser.add_argument(
            "--language", choices=list(dict(settings.LANGUAGES)), default=get_language()
        )
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

    def handle(self, *, file, verbosity, language, **options):
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
            with translation.override(language):
                written = exports.pieces(asked, written_as)
            rows = self._write(asked, written, partial, show=verbosity > 0)
            partial.replace(file)
        except OSError as error:
            raise CommandError(
                f"{file} could not be written: {error.strerror}. What was there is as it was."
            ) from error
        finally:
            partial.unlink(missing_ok=True)
        self.stdout.write(f"{rows:,} suggestions were written to {file}.")

    @staticmethod
    def _write(asked, pieces, partial: Path, *, show: bool) -> int:
        total = asked.queryset().count()
        with (
            partial.open("w", encoding="utf-8", newline="") as out,
            tqdm(total=total, unit=" rows", disable=None if show else True) as bar,
        ):
            # The bar counts nothing where it is not shown.
            written = 0
            for rows, lines in pieces:
                out.write(lines)
                bar.update(rows)
                written += rows
            return written
