-- האינדקסים של הדפים, כל אחד נבנה בלי לעצור כתיבה. לכל סינון שניים: בתוך ארגון, ומעל כולם
-- The indexes of the pages, each built without stopping writes. For a filter there are two: within an
-- organization, and over all of them, as superusers see it.

-- הרשימה כולה, ובין שני תאריכי הצעה
-- The list itself, and suggested between two dates
create index concurrently if not exists idx_suggestion_index_suggested_all
  on backoffice.suggestion_index (suggested_at, suggestion_id);
create index concurrently if not exists idx_suggestion_index_suggested
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id);

-- לפי אירוע, מי שביקש ומי שאישר: כל אחד מהם בארגון אחד
-- By event, requester and approver: each belongs to one organization
create index concurrently if not exists idx_suggestion_index_event
  on backoffice.suggestion_index (event_id, suggested_at, suggestion_id);
create index concurrently if not exists idx_suggestion_index_requester
  on backoffice.suggestion_index (requester_id, suggested_at, suggestion_id);
create index concurrently if not exists idx_suggestion_index_approver
  on backoffice.suggestion_index (approver_id, suggested_at, suggestion_id)
  where approver_id is not null;

-- לפי מצב
-- By status
create index concurrently if not exists idx_suggestion_index_status_all
  on backoffice.suggestion_index (status, suggested_at, suggestion_id);
create index concurrently if not exists idx_suggestion_index_status
  on backoffice.suggestion_index (organization_id, status, suggested_at, suggestion_id);

-- לפי סוג פעולה
-- By action type
create index concurrently if not exists idx_suggestion_index_action_all
  on backoffice.suggestion_index (action, suggested_at, suggestion_id);
create index concurrently if not exists idx_suggestion_index_action
  on backoffice.suggestion_index (organization_id, action, suggested_at, suggestion_id);

-- הוחלט, ובוצע, בין שני תאריכים: אז גם הסדר הוא לפיהם
-- Decided, and executed, between two dates: the order is then theirs, too
create index concurrently if not exists idx_suggestion_index_decided_all
  on backoffice.suggestion_index (decided_at, suggestion_id)
  where decided_at is not null;
create index concurrently if not exists idx_suggestion_index_decided
  on backoffice.suggestion_index (organization_id, decided_at, suggestion_id)
  where decided_at is not null;
create index concurrently if not exists idx_suggestion_index_executed_all
  on backoffice.suggestion_index (executed_at, suggestion_id)
  where executed_at is not null;
create index concurrently if not exists idx_suggestion_index_executed
  on backoffice.suggestion_index (organization_id, executed_at, suggestion_id)
  where executed_at is not null;

-- לקח יותר מ-: מהאיטי ביותר
-- Took longer than: slowest first
create index concurrently if not exists idx_suggestion_index_waited_all
  on backoffice.suggestion_index (waited, suggestion_id)
  where waited is not null;
create index concurrently if not exists idx_suggestion_index_waited
  on backoffice.suggestion_index (organization_id, waited, suggestion_id)
  where waited is not null;

-- לפי מה שה-AI טען שמצא
-- By what the AI claimed to have found
create index concurrently if not exists idx_suggestion_index_claimed_room_all
  on backoffice.suggestion_index (suggested_at, suggestion_id)
  where claimed @> '{room}';
create index concurrently if not exists idx_suggestion_index_claimed_room
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id)
  where claimed @> '{room}';
create index concurrently if not exists idx_suggestion_index_claimed_speaker_all
  on backoffice.suggestion_index (suggested_at, suggestion_id)
  where claimed @> '{speaker}';
create index concurrently if not exists idx_suggestion_index_claimed_speaker
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id)
  where claimed @> '{speaker}';
create index concurrently if not exists idx_suggestion_index_claimed_capacity_all
  on backoffice.suggestion_index (suggested_at, suggestion_id)
  where claimed @> '{capacity}';
create index concurrently if not exists idx_suggestion_index_claimed_capacity
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id)
  where claimed @> '{capacity}';
create index concurrently if not exists idx_suggestion_index_claimed_other_all
  on backoffice.suggestion_index (suggested_at, suggestion_id)
  where claimed @> '{other}';
create index concurrently if not exists idx_suggestion_index_claimed_other
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id)
  where claimed @> '{other}';

-- אח״מים
-- VIPs
create index concurrently if not exists idx_suggestion_index_vip_all
  on backoffice.suggestion_index (suggested_at, suggestion_id)
  where vip;
create index concurrently if not exists idx_suggestion_index_vip
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id)
  where vip;

-- אם טענת ה-AI עמדה במבחן
-- Whether the AI's claim held
create index concurrently if not exists idx_suggestion_index_claim_all
  on backoffice.suggestion_index (claim, suggested_at, suggestion_id)
  where claim is not null;
create index concurrently if not exists idx_suggestion_index_claim
  on backoffice.suggestion_index (organization_id, claim, suggested_at, suggestion_id)
  where claim is not null;

-- אם היא עמדה, לפי סוג: נטענה והייתה, נטענה ולא הייתה, הוחמצה
-- The same by kind: claimed and stood, claimed and was none, missed
create index concurrently if not exists idx_suggestion_index_right_room_all
  on backoffice.suggestion_index (suggested_at, suggestion_id)
  where claimed @> '{room}' and found @> '{room}';
create index concurrently if not exists idx_suggestion_index_right_room
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id)
  where claimed @> '{room}' and found @> '{room}';
create index concurrently if not exists idx_suggestion_index_right_speaker_all
  on backoffice.suggestion_index (suggested_at, suggestion_id)
  where claimed @> '{speaker}' and found @> '{speaker}';
create index concurrently if not exists idx_suggestion_index_right_speaker
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id)
  where claimed @> '{speaker}' and found @> '{speaker}';
create index concurrently if not exists idx_suggestion_index_right_capacity_all
  on backoffice.suggestion_index (suggested_at, suggestion_id)
  where claimed @> '{capacity}' and found @> '{capacity}';
create index concurrently if not exists idx_suggestion_index_right_capacity
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id)
  where claimed @> '{capacity}' and found @> '{capacity}';
create index concurrently if not exists idx_suggestion_index_wrong_room_all
  on backoffice.suggestion_index (suggested_at, suggestion_id)
  where claimed @> '{room}' and not found @> '{room}';
create index concurrently if not exists idx_suggestion_index_wrong_room
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id)
  where claimed @> '{room}' and not found @> '{room}';
create index concurrently if not exists idx_suggestion_index_wrong_speaker_all
  on backoffice.suggestion_index (suggested_at, suggestion_id)
  where claimed @> '{speaker}' and not found @> '{speaker}';
create index concurrently if not exists idx_suggestion_index_wrong_speaker
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id)
  where claimed @> '{speaker}' and not found @> '{speaker}';
create index concurrently if not exists idx_suggestion_index_wrong_capacity_all
  on backoffice.suggestion_index (suggested_at, suggestion_id)
  where claimed @> '{capacity}' and not found @> '{capacity}';
create index concurrently if not exists idx_suggestion_index_wrong_capacity
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id)
  where claimed @> '{capacity}' and not found @> '{capacity}';
create index concurrently if not exists idx_suggestion_index_missed_room_all
  on backoffice.suggestion_index (suggested_at, suggestion_id)
  where found @> '{room}' and not claimed @> '{room}';
create index concurrently if not exists idx_suggestion_index_missed_room
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id)
  where found @> '{room}' and not claimed @> '{room}';
create index concurrently if not exists idx_suggestion_index_missed_speaker_all
  on backoffice.suggestion_index (suggested_at, suggestion_id)
  where found @> '{speaker}' and not claimed @> '{speaker}';
create index concurrently if not exists idx_suggestion_index_missed_speaker
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id)
  where found @> '{speaker}' and not claimed @> '{speaker}';
create index concurrently if not exists idx_suggestion_index_missed_capacity_all
  on backoffice.suggestion_index (suggested_at, suggestion_id)
  where found @> '{capacity}' and not claimed @> '{capacity}';
create index concurrently if not exists idx_suggestion_index_missed_capacity
  on backoffice.suggestion_index (organization_id, suggested_at, suggestion_id)
  where found @> '{capacity}' and not claimed @> '{capacity}';

-- סיבות לדחייה ולכישלון, וספירתן
-- By why it was rejected or failed
create index concurrently if not exists idx_suggestion_index_reason_all
  on backoffice.suggestion_index (reason, suggested_at, suggestion_id)
  where reason is not null;
create index concurrently if not exists idx_suggestion_index_reason
  on backoffice.suggestion_index (organization_id, reason, suggested_at, suggestion_id)
  where reason is not null;

-- חיפוש במילים מכותרת המפגש ומשם המבקש
-- Search for words of the session's title and the requester's name
create index concurrently if not exists idx_suggestion_index_words
  on backoffice.suggestion_index using gin (words);
