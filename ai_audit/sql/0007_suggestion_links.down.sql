-- הסרה: הטבלה נמחקת רק כשהיא ריקה, או כשאומרים זאת במפורש; ראו את המיגרציה
-- Removal: the table goes only where it is empty or it is said so; see the migration
drop table if exists backoffice.suggestion_links;
