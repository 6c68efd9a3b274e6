-- השאלות האחרונות, למי שמספר עליהן
-- The latest questions, for whoever tells of them, built without stopping writes
create index concurrently if not exists suggestion_acts_asked
  on backoffice.suggestion_acts (at)
  where kind = 'asked';
