-- הסרה: שתי הפונקציות, שאינן מחזיקות דבר
-- Removal: both functions, which hold nothing
drop function if exists backoffice.taken_along(uuid);
drop function if exists backoffice.tables_below_sessions();
