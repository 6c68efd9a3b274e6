-- הסרה: הטבלה נמחקת רק כשהיא ריקה, או כשאומרים זאת במפורש; ראו את המיגרציה
-- Removal: the table goes only where it is empty or it is said so; see the migration
drop function if exists backoffice.act_on(uuid, text, bigint, text);
drop table if exists backoffice.suggestion_acts;
