"""Migration operations that are about the database alone: what those of ours have in common."""

from django.db.migrations.operations.base import Operation


class WithoutState(Operation):
    """An operation that changes no model; going back undoes nothing, where it does not say how."""

    def state_forwards(self, app_label, state):
        pass

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        pass
