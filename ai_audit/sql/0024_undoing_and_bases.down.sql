-- אין מה להחזיר: הפונקציות משרתות גם את הגרסה הקודמת, והן יורדות עם מה שיצר אותן
-- Nothing to take back: the functions serve the version before as well, and go with what made them
select;
