"""Columns of other programs, of which no more is read than can be of use.

What bounds the reading stands in the column's own field, so that no query goes round it; in
conditions and in order the column is itself.
"""

from django.db import models
from django.db.models.expressions import Col
from django.utils.functional import cached_property


class _Read(Col):
    """A column as it is selected: by what its field reads of it."""

    def select_format(self, compiler, sql, params):
        return self.target.read_as(sql), params


class ReadInPart:
    """For a field of which `read_as(column)` says the SQL that is selected in the column's place.

    Its `from_read(value)` makes a value of what that gives.
    """

    def get_col(self, alias, output_field=None):
        return _Read(alias, self, output_field)

    @cached_property
    def cached_col(self):
        return _Read(self.model._meta.db_table, self)

    def from_db_value(self, value, expression, connection):
        if isinstance(expression, _Read):
            return self.from_read(value)
        inherited = getattr(super(), "from_db_value", None)
        return inherited(value, expression, connection) if inherited else value


class Cut(str):
    """The beginning of a text that is too long to be read, with its size and its digest.

    So two that differ anywhere are different. It is never written back.
    """


class LongestRead(ReadInPart, models.TextField):
    """A text column of which at most `longest` characters are read; of a longer one, a `Cut`.

    How long a text may be is for its owner to say; nothing is checked here.
    """

    def __init__(self, *args, longest: int = 2_000, **kwargs):
        super().__init__(*args, **kwargs)
        self.longest = longest

    def deconstruct(self):
        # To a migration it is the column it is.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def read_as(self, column):
        # How many bytes there are is known without unpacking them, and of a long text the beginning
        # is had without the rest; it is unpacked whole once, for its digest.
        return f"""case
          when octet_length({column}) <= {self.longest} then {column}
          when octet_length({column}) <= {4 * self.longest} and length({column}) <= {self.longest}
            then {column}
          else left({column}, {self.longest}) || '… [' || octet_length({column}) || ': '
            || encode(sha256(convert_to({column}, 'UTF8')), 'hex') || ']'
        end"""

    def from_read(self, value):
        return Cut(value) if value is not None and len(value) > self.longest else value

    def get_db_prep_save(self, value, connection):
        if isinstance(value, Cut):
            raise TypeError("A text of which only a part was read is never written back.")
        return super().get_db_prep_save(value, connection)
