-- הרשימה מסוננת לפי מי שהחליט; האינדקס לפי מי שאישר אינו משרת עוד אף עמוד
-- The list is filtered by who decided; no page is served any more by the index of who approved
drop index concurrently if exists backoffice.idx_suggestion_index_approver;
