-- הסרה: מה שנאמר נשכח, ולא ייאמר שוב, שהרי מה שהוחלט לפני שהתיבה קיימת אינו נאמר
-- Removal: what was told is forgotten, and not told again, for what was decided before the outbox
-- stands is not
drop table if exists backoffice.notification_watermark;
drop table if exists backoffice.notification_choices;
drop table if exists backoffice.notifications;
drop table if exists backoffice.notification_mails;
