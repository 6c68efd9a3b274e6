-- האינדקס לפי מי שאישר נבנה מחדש
-- The index of who approved is built again
create index concurrently if not exists idx_suggestion_index_approver
  on backoffice.suggestion_index (approver_id, suggested_at, suggestion_id)
  where approver_id is not null;
