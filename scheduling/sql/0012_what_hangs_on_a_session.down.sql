-- הסרה: הפונקציה, שאינה מחזיקה דבר
-- Removal: the function, which holds nothing
drop function if exists backoffice.what_hangs_on(uuid[]);
