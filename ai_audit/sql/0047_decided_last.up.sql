-- הרשימה לפי מה שהוחלט אחרון: לכל סינון שלה אינדקס בסדר הזה, כל אחד נבנה בלי לעצור כתיבה. מה שלא
-- הוחלט אינו בהם.
-- The list by what was decided last: for each filter of it an index in that order, each built without
-- stopping writes. What is undecided is in none. By the AI's claims, and between two dates of
-- suggesting, the list is in order of suggesting all the same, and needs no other.

-- מי שהחליט, גם אם דחה; בכל אחד משני הסדרים
-- Who decided, rejecting too, in either order
create index concurrently if not exists idx_suggestion_index_decider
  on backoffice.suggestion_index (decider_id, suggested_at, suggestion_id)
  where decider_id is not null;
create index concurrently if not exists idx_suggestion_index_decider_decided
  on backoffice.suggestion_index (decider_id, decided_at, suggestion_id)
  where decided_at is not null;

-- לפי אירוע ומי שביקש
-- By event and requester
create index concurrently if not exists idx_suggestion_index_event_decided
  on backoffice.suggestion_index (event_id, decided_at, suggestion_id)
  where decided_at is not null;
create index concurrently if not exists idx_suggestion_index_requester_decided
  on backoffice.suggestion_index (requester_id, decided_at, suggestion_id)
  where decided_at is not null;

-- לפי מצב
-- By status
create index concurrently if not exists idx_suggestion_index_status_decided_all
  on backoffice.suggestion_index (status, decided_at, suggestion_id)
  where decided_at is not null;
create index concurrently if not exists idx_suggestion_index_status_decided
  on backoffice.suggestion_index (organization_id, status, decided_at, suggestion_id)
  where decided_at is not null;

-- לפי סוג פעולה
-- By action type
create index concurrently if not exists idx_suggestion_index_action_decided_all
  on backoffice.suggestion_index (action, decided_at, suggestion_id)
  where decided_at is not null;
create index concurrently if not exists idx_suggestion_index_action_decided
  on backoffice.suggestion_index (organization_id, action, decided_at, suggestion_id)
  where decided_at is not null;

-- אח״מים
-- VIPs
create index concurrently if not exists idx_suggestion_index_vip_decided_all
  on backoffice.suggestion_index (decided_at, suggestion_id)
  where vip and decided_at is not null;
create index concurrently if not exists idx_suggestion_index_vip_decided
  on backoffice.suggestion_index (organization_id, decided_at, suggestion_id)
  where vip and decided_at is not null;

-- סיבות לדחייה ולכישלון
-- By why it was rejected or failed
create index concurrently if not exists idx_suggestion_index_reason_decided_all
  on backoffice.suggestion_index (reason, decided_at, suggestion_id)
  where reason is not null and decided_at is not null;
create index concurrently if not exists idx_suggestion_index_reason_decided
  on backoffice.suggestion_index (organization_id, reason, decided_at, suggestion_id)
  where reason is not null and decided_at is not null;

-- מי שאישר את מה שביקש בעצמו
-- Who approved what they asked for themselves
create index concurrently if not exists idx_suggestion_index_own_all
  on backoffice.suggestion_index (decided_at, suggestion_id)
  where approver_id = requester_id and decided_at is not null;
create index concurrently if not exists idx_suggestion_index_own
  on backoffice.suggestion_index (organization_id, decided_at, suggestion_id)
  where approver_id = requester_id and decided_at is not null;

-- מה שאיש לא היה יכול לבצע: מעט
-- What nobody could carry out: little
create index concurrently if not exists idx_suggestion_index_unreadable_all
  on backoffice.suggestion_index (suggested_at, suggestion_id)
  where action = 'other' or found @> '{invalid}';
create index concurrently if not exists idx_suggestion_index_unreadable
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id)
  where action = 'other' or found @> '{invalid}';
