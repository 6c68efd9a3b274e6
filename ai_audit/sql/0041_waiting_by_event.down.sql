drop index concurrently if exists public.idx_ai_insights_log_waiting;
