-- ההגדרה חוזרת להיות של השרת
-- The setting is the server's again
alter function backoffice.indexed(uuid[]) reset jit;
alter function backoffice.mark_with_its_suggestion() reset jit;
alter function backoffice.guard_suggestion() reset jit;
alter function backoffice.index_suggestions(uuid[]) reset jit;
