-- ההצעות שממתינות באירוע: רק הן מתחרות זו בזו, והן מעט מתוך כל מה שהאירוע ידע
-- The suggestions that wait in an event: only these want the same, and they are few of all that the
-- event has known. A row leaves the index with its decision.
create index concurrently if not exists idx_ai_insights_log_waiting
  on public.ai_insights_log (event_id)
  where execution_status = 'suggested';
