-- הסרה
-- Removal
drop index concurrently if exists backoffice.suggestion_acts_asked;
