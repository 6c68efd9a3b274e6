-- הסרה: הפונקציות, שאינן מחזיקות דבר
-- Removal: the functions, which hold nothing
drop function if exists backoffice.give_up(uuid, text);
drop function if exists backoffice.count_again(uuid);
drop function if exists backoffice.put_back(uuid, text, jsonb);
drop function if exists backoffice.kept_of_removal(uuid);
