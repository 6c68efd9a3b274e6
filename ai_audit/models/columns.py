"""Columns of JSON that may hold anything: reading a row never raises, and reads what is bounded."""

from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.proposals import content
from ai_audit.proposals.content import Content, Unreadable
from eventflow.db.columns import ReadInPart
from eventflow.text.sentences import Sentence

_TOO_LARGE = Sentence("too_large_to_read", _lazy("It is too large to be read."))


class UntrustedJSONField(models.JSONField):
    """A `jsonb` column whose content may be anything; never raises when a row is read.

    What is larger than `content.MOST_BYTES` is not fetched.
    """

    def select_format(self, compiler, sql, params):
        return content.limited(sql), params

    def from_db_value(self, value, expression, connection):
        if value == content.NOT_FETCHED:
            return Unreadable("", _TOO_LARGE())
        try:
            return super().from_db_value(value, expression, connection)
        except RecursionError:
            return Unreadable(value, content.TOO_DEEP())
        except ValueError:
            return Unreadable(value, content.TOO_LONG())


class ContentField(ReadInPart, UntrustedJSONField):
    """A suggestion's content; whatever selects it reads what `content` bounds, and no more.

    Under a key it is the column itself. What was read is never written back.
    """

    def read_as(self, column):
        return content.expression(column)

    def from_read(self, value):
        return content.read(value)

    def get_db_prep_save(self, value, connection):
        if isinstance(value, Content | Unreadable):
            raise TypeError("Content that was read may be cut; it is never written back.")
        return super().get_db_prep_save(value, connection)
