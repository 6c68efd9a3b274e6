-- סריקה שאסורה נראית יקרה עד כדי הידור לקוד מכונה, בכל פעם מחדש: פי מאה ממה שהיא
-- What may not be read along looks so dear that servers with JIT would compile it, each time anew, for
-- a hundred times what it takes
alter function backoffice.indexed(uuid[]) set jit = off;
alter function backoffice.mark_with_its_suggestion() set jit = off;
alter function backoffice.guard_suggestion() set jit = off;
alter function backoffice.index_suggestions(uuid[]) set jit = off;
