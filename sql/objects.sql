-- כל אובייקט של המשרד האחורי בצורתו האחרונה, והפקודה שיוצרת אותו. נכתב מתוך מסד נתונים חדש.
-- Every object of the back office in its last form, and the statement that makes it. Written from a
-- fresh database by `manage.py export_objects`; not to be edited by hand, nor to be run as a whole:
-- `migrate` runs what is missing, and `check` compares.

-- object: extension btree_gist -- made by scheduling.0002_no_room_overlap
create extension if not exists btree_gist with schema extensions;

-- object: table backoffice.daily_figures -- made by ai_audit.0009_suggestion_index
create table backoffice.daily_figures ();
-- and:
revoke all on backoffice.daily_figures from public, anon, authenticated, service_role;
comment on table backoffice.daily_figures is 'Suggestions of a day (Asia/Jerusalem), added up by what became of them. הצעות של יום, מסוכמות לפי מה שקרה להן.';

-- object: column organization_id of backoffice.daily_figures
alter table backoffice.daily_figures add column organization_id uuid not null;

-- object: column day of backoffice.daily_figures
alter table backoffice.daily_figures add column day date not null;

-- object: column figure of backoffice.daily_figures
alter table backoffice.daily_figures add column figure text not null;

-- object: column key of backoffice.daily_figures
alter table backoffice.daily_figures add column key text not null;

-- object: column n of backoffice.daily_figures
alter table backoffice.daily_figures add column n bigint not null;

-- object: constraint daily_figures_pkey on backoffice.daily_figures -- made by ai_audit.0009_suggestion_index
alter table backoffice.daily_figures add constraint daily_figures_pkey PRIMARY KEY (organization_id, day, figure, key);

-- object: index backoffice.idx_daily_figures_day -- made by ai_audit.0009_suggestion_index
CREATE INDEX idx_daily_figures_day ON backoffice.daily_figures USING btree (day);
-- and:
comment on index backoffice.idx_daily_figures_day is 'For the insights of every organization. עבור התובנות של כל הארגונים.';

-- object: table backoffice.decision_history -- made by ai_audit.0004_decision_history
create table backoffice.decision_history ();
-- and:
revoke all on backoffice.decision_history from public, anon, authenticated, service_role;
comment on table backoffice.decision_history is 'Who decided what, when, on what information, and what was written. Append-only. מי החליט מה, מתי, על סמך מה, ומה נכתב. רק מוסיפים.';

-- object: column id of backoffice.decision_history
alter table backoffice.decision_history add column id bigint not null generated always as identity;

-- object: column suggestion_id of backoffice.decision_history
alter table backoffice.decision_history add column suggestion_id uuid not null;

-- object: column number of backoffice.decision_history
alter table backoffice.decision_history add column number integer not null;

-- object: column from_status of backoffice.decision_history
alter table backoffice.decision_history add column from_status text;

-- object: column to_status of backoffice.decision_history
alter table backoffice.decision_history add column to_status text not null;

-- object: column at of backoffice.decision_history
alter table backoffice.decision_history add column at timestamp with time zone not null;

-- object: column database_role of backoffice.decision_history
alter table backoffice.decision_history add column database_role text not null;

-- object: column profile_id of backoffice.decision_history
alter table backoffice.decision_history add column profile_id uuid;

-- object: column staff_member_id of backoffice.decision_history
alter table backoffice.decision_history add column staff_member_id bigint;

-- object: column staff_profile_id of backoffice.decision_history
alter table backoffice.decision_history add column staff_profile_id uuid;
-- and:
comment on column backoffice.decision_history.staff_profile_id is 'The staff member''s profile then; links change. הפרופיל של איש הצוות באותה עת.';

-- object: column reason of backoffice.decision_history
alter table backoffice.decision_history add column reason text;

-- object: column seen of backoffice.decision_history
alter table backoffice.decision_history add column seen jsonb;
-- and:
comment on column backoffice.decision_history.seen is 'The conflicts that were on screen. ההתנגשויות שהיו על המסך.';

-- object: column digest of backoffice.decision_history
alter table backoffice.decision_history add column digest text;
-- and:
comment on column backoffice.decision_history.digest is 'What the page carried, compared again before writing. מה שהדף נשא, והושווה שוב לפני הכתיבה.';

-- object: column before of backoffice.decision_history
alter table backoffice.decision_history add column before jsonb;

-- object: column after of backoffice.decision_history
alter table backoffice.decision_history add column after jsonb;

-- object: column removed of backoffice.decision_history
alter table backoffice.decision_history add column removed jsonb;
-- and:
comment on column backoffice.decision_history.removed is 'Every row that a deletion took along, by table. כל שורה שמחיקה לקחה איתה, לפי טבלה.';

-- object: column state of backoffice.decision_history
alter table backoffice.decision_history add column state text;
-- and:
comment on column backoffice.decision_history.state is 'What the row itself said of its decision afterwards. מה שהשורה עצמה אמרה על ההחלטה אחריה.';

-- object: column previous_hash of backoffice.decision_history
alter table backoffice.decision_history add column previous_hash text;

-- object: column hash of backoffice.decision_history
alter table backoffice.decision_history add column hash text not null;

-- object: constraint decision_history_pkey on backoffice.decision_history -- made by ai_audit.0004_decision_history
alter table backoffice.decision_history add constraint decision_history_pkey PRIMARY KEY (id);

-- object: constraint decision_history_suggestion_id_number_key on backoffice.decision_history -- made by ai_audit.0004_decision_history
alter table backoffice.decision_history add constraint decision_history_suggestion_id_number_key UNIQUE (suggestion_id, number);
-- and:
comment on constraint decision_history_suggestion_id_number_key on backoffice.decision_history is 'One entry follows another. רשומה אחת באה אחרי אחרת.';

-- object: index backoffice.idx_decision_history_at -- made by ai_audit.0004_decision_history
CREATE INDEX idx_decision_history_at ON backoffice.decision_history USING btree (at, id);
-- and:
comment on index backoffice.idx_decision_history_at is 'For the closing digest of a period. עבור חתימת הסגירה של תקופה.';

-- object: index backoffice.idx_decision_history_rejections -- made by ai_audit.0004_decision_history
CREATE INDEX idx_decision_history_rejections ON backoffice.decision_history USING btree (staff_member_id, id DESC) WHERE ((to_status = 'rejected'::text) AND (reason IS NOT NULL));
-- and:
comment on index backoffice.idx_decision_history_rejections is 'For the reasons a staff member rejected with last. עבור סיבות הדחייה האחרונות של איש צוות.';

-- object: trigger history_is_append_only on backoffice.decision_history -- made by ai_audit.0004_decision_history
CREATE TRIGGER history_is_append_only BEFORE DELETE OR UPDATE ON backoffice.decision_history FOR EACH ROW EXECUTE FUNCTION backoffice.refuse_to_change_history();
alter table backoffice.decision_history enable always trigger history_is_append_only;
-- and:
comment on trigger history_is_append_only on backoffice.decision_history is 'An entry stays as it was written. רשומה נשארת כפי שנכתבה.';

-- object: trigger history_is_never_emptied on backoffice.decision_history -- made by ai_audit.0004_decision_history
CREATE TRIGGER history_is_never_emptied BEFORE TRUNCATE ON backoffice.decision_history FOR EACH STATEMENT EXECUTE FUNCTION backoffice.refuse_to_change_history();
alter table backoffice.decision_history enable always trigger history_is_never_emptied;
-- and:
comment on trigger history_is_never_emptied on backoffice.decision_history is 'History is never emptied. ההיסטוריה לעולם אינה מרוקנת.';

-- object: table backoffice.stale_days -- made by ai_audit.0009_suggestion_index
create table backoffice.stale_days ();
-- and:
revoke all on backoffice.stale_days from public, anon, authenticated, service_role;
comment on table backoffice.stale_days is 'Days whose figures are counted anew when read, until they are refreshed. ימים שהנתונים שלהם ייספרו מחדש.';

-- object: column organization_id of backoffice.stale_days
alter table backoffice.stale_days add column organization_id uuid not null;

-- object: column day of backoffice.stale_days
alter table backoffice.stale_days add column day date not null;

-- object: column id of backoffice.stale_days
alter table backoffice.stale_days add column id bigint not null generated always as identity;
-- and:
comment on column backoffice.stale_days.id is 'One mark among many of a day. סימון אחד מתוך רבים של יום.';

-- object: constraint stale_days_pkey on backoffice.stale_days -- made by ai_audit.0021_primary_keys
alter table backoffice.stale_days add constraint stale_days_pkey PRIMARY KEY (id);
-- and:
comment on constraint stale_days_pkey on backoffice.stale_days is 'What a publication for all tables asks for. מה שפרסום לכל הטבלאות דורש.';

-- object: index backoffice.idx_stale_days_day -- made by ai_audit.0009_suggestion_index
CREATE INDEX idx_stale_days_day ON backoffice.stale_days USING btree (day, organization_id);
-- and:
comment on index backoffice.idx_stale_days_day is 'For the days of a period. עבור הימים של תקופה.';

-- object: table backoffice.suggestion_index -- made by ai_audit.0009_suggestion_index
create table backoffice.suggestion_index ();
-- and:
revoke all on backoffice.suggestion_index from public, anon, authenticated, service_role;
comment on table backoffice.suggestion_index is 'What lists filter and sort suggestions by; kept by trigger, made anew by rebuild_index. מה שהרשימות מסננות וממיינות לפיו.';

-- object: column suggestion_id of backoffice.suggestion_index
alter table backoffice.suggestion_index add column suggestion_id uuid not null;

-- object: column organization_id of backoffice.suggestion_index
alter table backoffice.suggestion_index add column organization_id uuid not null;
-- and:
comment on column backoffice.suggestion_index.organization_id is 'Whose it is; zeros where the requester has no organization. של מי ההצעה; אפסים אם אין ארגון.';

-- object: column event_id of backoffice.suggestion_index
alter table backoffice.suggestion_index add column event_id uuid;

-- object: column requester_id of backoffice.suggestion_index
alter table backoffice.suggestion_index add column requester_id uuid not null;

-- object: column approver_id of backoffice.suggestion_index
alter table backoffice.suggestion_index add column approver_id uuid;

-- object: column action of backoffice.suggestion_index
alter table backoffice.suggestion_index add column action text not null;
-- and:
comment on column backoffice.suggestion_index.action is 'The action type, or ''other''. סוג הפעולה, או אחר.';

-- object: column status of backoffice.suggestion_index
alter table backoffice.suggestion_index add column status text not null;

-- object: column suggested_at of backoffice.suggestion_index
alter table backoffice.suggestion_index add column suggested_at timestamp with time zone not null;
-- and:
comment on column backoffice.suggestion_index.suggested_at is 'created_at, or suggested_at where that is NULL. מועד ההצעה.';

-- object: column decided_at of backoffice.suggestion_index
alter table backoffice.suggestion_index add column decided_at timestamp with time zone;
-- and:
comment on column backoffice.suggestion_index.decided_at is 'When the decision that stands was made. מתי התקבלה ההחלטה העומדת.';

-- object: column decider_id of backoffice.suggestion_index
alter table backoffice.suggestion_index add column decider_id uuid;
-- and:
comment on column backoffice.suggestion_index.decider_id is 'The profile of who made it. הפרופיל של מי שקיבל אותה.';

-- object: column executed_at of backoffice.suggestion_index
alter table backoffice.suggestion_index add column executed_at timestamp with time zone;

-- object: column waited of backoffice.suggestion_index
alter table backoffice.suggestion_index add column waited bigint;
-- and:
comment on column backoffice.suggestion_index.waited is 'Seconds until the first decision. שניות עד להחלטה הראשונה.';

-- object: column requested_start of backoffice.suggestion_index
alter table backoffice.suggestion_index add column requested_start timestamp with time zone;

-- object: column vip of backoffice.suggestion_index
alter table backoffice.suggestion_index add column vip boolean not null;

-- object: column claimed of backoffice.suggestion_index
alter table backoffice.suggestion_index add column claimed text[] not null;
-- and:
comment on column backoffice.suggestion_index.claimed is 'Kinds of conflicts the AI claimed. סוגי ההתנגשויות שה-AI טען להן.';

-- object: column found of backoffice.suggestion_index
alter table backoffice.suggestion_index add column found text[];
-- and:
comment on column backoffice.suggestion_index.found is 'Kinds of those that stood when it was decided; NULL where nobody looked. סוגי ההתנגשויות שעמדו בעת ההחלטה.';

-- object: column claim of backoffice.suggestion_index
alter table backoffice.suggestion_index add column claim text;
-- and:
comment on column backoffice.suggestion_index.claim is 'How the claim compares: right, nothing, missed, wrong. איך הטענה עמדה במבחן.';

-- object: column reason of backoffice.suggestion_index
alter table backoffice.suggestion_index add column reason text;
-- and:
comment on column backoffice.suggestion_index.reason is 'Why it was rejected, or failed without the names in it. למה נדחתה, או נכשלה בלי השמות.';

-- object: column words of backoffice.suggestion_index
alter table backoffice.suggestion_index add column words tsvector not null;

-- object: constraint suggestion_index_pkey on backoffice.suggestion_index -- made by ai_audit.0009_suggestion_index
alter table backoffice.suggestion_index add constraint suggestion_index_pkey PRIMARY KEY (suggestion_id);

-- object: index backoffice.idx_suggestion_index_action
CREATE INDEX idx_suggestion_index_action ON backoffice.suggestion_index USING btree (organization_id, action, suggested_at, suggestion_id);

-- object: index backoffice.idx_suggestion_index_action_all
CREATE INDEX idx_suggestion_index_action_all ON backoffice.suggestion_index USING btree (action, suggested_at, suggestion_id);

-- object: index backoffice.idx_suggestion_index_approver
CREATE INDEX idx_suggestion_index_approver ON backoffice.suggestion_index USING btree (approver_id, suggested_at, suggestion_id) WHERE (approver_id IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_claim
CREATE INDEX idx_suggestion_index_claim ON backoffice.suggestion_index USING btree (organization_id, claim, suggested_at, suggestion_id) WHERE (claim IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_claim_all
CREATE INDEX idx_suggestion_index_claim_all ON backoffice.suggestion_index USING btree (claim, suggested_at, suggestion_id) WHERE (claim IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_claimed_capacity
CREATE INDEX idx_suggestion_index_claimed_capacity ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE (claimed @> '{capacity}'::text[]);

-- object: index backoffice.idx_suggestion_index_claimed_capacity_all
CREATE INDEX idx_suggestion_index_claimed_capacity_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE (claimed @> '{capacity}'::text[]);

-- object: index backoffice.idx_suggestion_index_claimed_other
CREATE INDEX idx_suggestion_index_claimed_other ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE (claimed @> '{other}'::text[]);

-- object: index backoffice.idx_suggestion_index_claimed_other_all
CREATE INDEX idx_suggestion_index_claimed_other_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE (claimed @> '{other}'::text[]);

-- object: index backoffice.idx_suggestion_index_claimed_room
CREATE INDEX idx_suggestion_index_claimed_room ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE (claimed @> '{room}'::text[]);

-- object: index backoffice.idx_suggestion_index_claimed_room_all
CREATE INDEX idx_suggestion_index_claimed_room_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE (claimed @> '{room}'::text[]);

-- object: index backoffice.idx_suggestion_index_claimed_speaker
CREATE INDEX idx_suggestion_index_claimed_speaker ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE (claimed @> '{speaker}'::text[]);

-- object: index backoffice.idx_suggestion_index_claimed_speaker_all
CREATE INDEX idx_suggestion_index_claimed_speaker_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE (claimed @> '{speaker}'::text[]);

-- object: index backoffice.idx_suggestion_index_decided
CREATE INDEX idx_suggestion_index_decided ON backoffice.suggestion_index USING btree (organization_id, decided_at, suggestion_id) WHERE (decided_at IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_decided_all
CREATE INDEX idx_suggestion_index_decided_all ON backoffice.suggestion_index USING btree (decided_at, suggestion_id) WHERE (decided_at IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_event
CREATE INDEX idx_suggestion_index_event ON backoffice.suggestion_index USING btree (event_id, suggested_at, suggestion_id);

-- object: index backoffice.idx_suggestion_index_executed
CREATE INDEX idx_suggestion_index_executed ON backoffice.suggestion_index USING btree (organization_id, executed_at, suggestion_id) WHERE (executed_at IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_executed_all
CREATE INDEX idx_suggestion_index_executed_all ON backoffice.suggestion_index USING btree (executed_at, suggestion_id) WHERE (executed_at IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_missed_capacity
CREATE INDEX idx_suggestion_index_missed_capacity ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((found @> '{capacity}'::text[]) AND (NOT (claimed @> '{capacity}'::text[])));

-- object: index backoffice.idx_suggestion_index_missed_capacity_all
CREATE INDEX idx_suggestion_index_missed_capacity_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((found @> '{capacity}'::text[]) AND (NOT (claimed @> '{capacity}'::text[])));

-- object: index backoffice.idx_suggestion_index_missed_room
CREATE INDEX idx_suggestion_index_missed_room ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((found @> '{room}'::text[]) AND (NOT (claimed @> '{room}'::text[])));

-- object: index backoffice.idx_suggestion_index_missed_room_all
CREATE INDEX idx_suggestion_index_missed_room_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((found @> '{room}'::text[]) AND (NOT (claimed @> '{room}'::text[])));

-- object: index backoffice.idx_suggestion_index_missed_speaker
CREATE INDEX idx_suggestion_index_missed_speaker ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((found @> '{speaker}'::text[]) AND (NOT (claimed @> '{speaker}'::text[])));

-- object: index backoffice.idx_suggestion_index_missed_speaker_all
CREATE INDEX idx_suggestion_index_missed_speaker_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((found @> '{speaker}'::text[]) AND (NOT (claimed @> '{speaker}'::text[])));

-- object: index backoffice.idx_suggestion_index_reason
CREATE INDEX idx_suggestion_index_reason ON backoffice.suggestion_index USING btree (organization_id, reason, suggested_at, suggestion_id) WHERE (reason IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_reason_all
CREATE INDEX idx_suggestion_index_reason_all ON backoffice.suggestion_index USING btree (reason, suggested_at, suggestion_id) WHERE (reason IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_requester
CREATE INDEX idx_suggestion_index_requester ON backoffice.suggestion_index USING btree (requester_id, suggested_at, suggestion_id);

-- object: index backoffice.idx_suggestion_index_right_capacity
CREATE INDEX idx_suggestion_index_right_capacity ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((claimed @> '{capacity}'::text[]) AND (found @> '{capacity}'::text[]));

-- object: index backoffice.idx_suggestion_index_right_capacity_all
CREATE INDEX idx_suggestion_index_right_capacity_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((claimed @> '{capacity}'::text[]) AND (found @> '{capacity}'::text[]));

-- object: index backoffice.idx_suggestion_index_right_room
CREATE INDEX idx_suggestion_index_right_room ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((claimed @> '{room}'::text[]) AND (found @> '{room}'::text[]));

-- object: index backoffice.idx_suggestion_index_right_room_all
CREATE INDEX idx_suggestion_index_right_room_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((claimed @> '{room}'::text[]) AND (found @> '{room}'::text[]));

-- object: index backoffice.idx_suggestion_index_right_speaker
CREATE INDEX idx_suggestion_index_right_speaker ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((claimed @> '{speaker}'::text[]) AND (found @> '{speaker}'::text[]));

-- object: index backoffice.idx_suggestion_index_right_speaker_all
CREATE INDEX idx_suggestion_index_right_speaker_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((claimed @> '{speaker}'::text[]) AND (found @> '{speaker}'::text[]));

-- object: index backoffice.idx_suggestion_index_status
CREATE INDEX idx_suggestion_index_status ON backoffice.suggestion_index USING btree (organization_id, status, suggested_at, suggestion_id);

-- object: index backoffice.idx_suggestion_index_status_all
CREATE INDEX idx_suggestion_index_status_all ON backoffice.suggestion_index USING btree (status, suggested_at, suggestion_id);

-- object: index backoffice.idx_suggestion_index_suggested
CREATE INDEX idx_suggestion_index_suggested ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id);

-- object: index backoffice.idx_suggestion_index_suggested_all
CREATE INDEX idx_suggestion_index_suggested_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id);

-- object: index backoffice.idx_suggestion_index_vip
CREATE INDEX idx_suggestion_index_vip ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE vip;

-- object: index backoffice.idx_suggestion_index_vip_all
CREATE INDEX idx_suggestion_index_vip_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE vip;

-- object: index backoffice.idx_suggestion_index_waited
CREATE INDEX idx_suggestion_index_waited ON backoffice.suggestion_index USING btree (organization_id, waited, suggestion_id) WHERE (waited IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_waited_all
CREATE INDEX idx_suggestion_index_waited_all ON backoffice.suggestion_index USING btree (waited, suggestion_id) WHERE (waited IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_words
CREATE INDEX idx_suggestion_index_words ON backoffice.suggestion_index USING gin (words);

-- object: index backoffice.idx_suggestion_index_wrong_capacity
CREATE INDEX idx_suggestion_index_wrong_capacity ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((claimed @> '{capacity}'::text[]) AND (NOT (found @> '{capacity}'::text[])));

-- object: index backoffice.idx_suggestion_index_wrong_capacity_all
CREATE INDEX idx_suggestion_index_wrong_capacity_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((claimed @> '{capacity}'::text[]) AND (NOT (found @> '{capacity}'::text[])));

-- object: index backoffice.idx_suggestion_index_wrong_room
CREATE INDEX idx_suggestion_index_wrong_room ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((claimed @> '{room}'::text[]) AND (NOT (found @> '{room}'::text[])));

-- object: index backoffice.idx_suggestion_index_wrong_room_all
CREATE INDEX idx_suggestion_index_wrong_room_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((claimed @> '{room}'::text[]) AND (NOT (found @> '{room}'::text[])));

-- object: index backoffice.idx_suggestion_index_wrong_speaker
CREATE INDEX idx_suggestion_index_wrong_speaker ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((claimed @> '{speaker}'::text[]) AND (NOT (found @> '{speaker}'::text[])));

-- object: index backoffice.idx_suggestion_index_wrong_speaker_all
CREATE INDEX idx_suggestion_index_wrong_speaker_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((claimed @> '{speaker}'::text[]) AND (NOT (found @> '{speaker}'::text[])));

-- object: statistics backoffice.suggestion_index_owners
CREATE STATISTICS backoffice.suggestion_index_owners (dependencies) ON organization_id, event_id, requester_id, approver_id FROM backoffice.suggestion_index;
-- and:
comment on statistics backoffice.suggestion_index_owners is 'Tells the planner that an event or a person belongs to one organization. אומר למתכנן שאירוע ואדם שייכים לארגון אחד.';

-- object: table backoffice.suggestion_links -- made by ai_audit.0007_suggestion_links
create table backoffice.suggestion_links ();
-- and:
revoke all on backoffice.suggestion_links from public, anon, authenticated, service_role;
comment on table backoffice.suggestion_links is 'Which suggestion replaces or undoes which. Append-only. איזו הצעה מחליפה או מבטלת איזו. רק מוסיפים.';

-- object: column suggestion_id of backoffice.suggestion_links
alter table backoffice.suggestion_links add column suggestion_id uuid not null;

-- object: column replaces of backoffice.suggestion_links
alter table backoffice.suggestion_links add column replaces uuid;
-- and:
comment on column backoffice.suggestion_links.replaces is 'The one that was edited before approving, and rejected for it. זו שנערכה לפני האישור ונדחתה בשל כך.';

-- object: column undoes of backoffice.suggestion_links
alter table backoffice.suggestion_links add column undoes uuid;
-- and:
comment on column backoffice.suggestion_links.undoes is 'The one that had been carried out and is undone. זו שבוצעה ומבוטלת.';

-- object: column made_at of backoffice.suggestion_links
alter table backoffice.suggestion_links add column made_at timestamp with time zone not null default now();

-- object: constraint one_suggestion_is_replaced_or_undone on backoffice.suggestion_links -- made by ai_audit.0007_suggestion_links
alter table backoffice.suggestion_links add constraint one_suggestion_is_replaced_or_undone CHECK ((num_nonnulls(replaces, undoes) = 1));
-- and:
comment on constraint one_suggestion_is_replaced_or_undone on backoffice.suggestion_links is 'A link says one thing. קישור אומר דבר אחד.';

-- object: constraint suggestion_links_pkey on backoffice.suggestion_links -- made by ai_audit.0007_suggestion_links
alter table backoffice.suggestion_links add constraint suggestion_links_pkey PRIMARY KEY (suggestion_id);

-- object: constraint suggestion_links_replaces_key on backoffice.suggestion_links -- made by ai_audit.0007_suggestion_links
alter table backoffice.suggestion_links add constraint suggestion_links_replaces_key UNIQUE (replaces);

-- object: constraint suggestion_links_undoes_key on backoffice.suggestion_links -- made by ai_audit.0007_suggestion_links
alter table backoffice.suggestion_links add constraint suggestion_links_undoes_key UNIQUE (undoes);

-- object: trigger links_are_append_only on backoffice.suggestion_links -- made by ai_audit.0007_suggestion_links
CREATE TRIGGER links_are_append_only BEFORE DELETE OR UPDATE ON backoffice.suggestion_links FOR EACH ROW EXECUTE FUNCTION backoffice.refuse_to_change_history();
alter table backoffice.suggestion_links enable always trigger links_are_append_only;
-- and:
comment on trigger links_are_append_only on backoffice.suggestion_links is 'A link is history. קישור הוא היסטוריה.';

-- object: trigger links_are_never_emptied on backoffice.suggestion_links -- made by ai_audit.0007_suggestion_links
CREATE TRIGGER links_are_never_emptied BEFORE TRUNCATE ON backoffice.suggestion_links FOR EACH STATEMENT EXECUTE FUNCTION backoffice.refuse_to_change_history();
alter table backoffice.suggestion_links enable always trigger links_are_never_emptied;
-- and:
comment on trigger links_are_never_emptied on backoffice.suggestion_links is 'A link is history. קישור הוא היסטוריה.';

-- object: table public.ai_insights_log -- made by ai_audit.0002_ai_insights_log
create table public.ai_insights_log ();
-- and:
revoke all on public.ai_insights_log from public, anon, authenticated, service_role;
comment on table public.ai_insights_log is 'Changes to a programme that the AI suggested, and what people decided. שינויים בתוכנית שה-AI הציע, ומה אנשים החליטו.';

-- object: column id of public.ai_insights_log
alter table public.ai_insights_log add column id uuid not null default extensions.uuid_generate_v4();

-- object: column user_id of public.ai_insights_log
alter table public.ai_insights_log add column user_id uuid not null;
-- and:
comment on column public.ai_insights_log.user_id is 'Who asked. מי ביקש.';

-- object: column event_id of public.ai_insights_log
alter table public.ai_insights_log add column event_id uuid;
-- and:
comment on column public.ai_insights_log.event_id is 'Whose programme; without it the row belongs to the organization of who asked. התוכנית של מי; בלעדיו השורה שייכת לארגון של מי שביקש.';

-- object: column action_type of public.ai_insights_log
alter table public.ai_insights_log add column action_type text not null;

-- object: column action_data of public.ai_insights_log
alter table public.ai_insights_log add column action_data jsonb not null;
-- and:
comment on column public.ai_insights_log.action_data is 'The suggestion as the AI wrote it: untrusted. ההצעה כפי שה-AI כתב אותה: לא מהימנה.';

-- object: column suggested_at of public.ai_insights_log
alter table public.ai_insights_log add column suggested_at timestamp with time zone not null default now();

-- object: column approved_at of public.ai_insights_log
alter table public.ai_insights_log add column approved_at timestamp with time zone;

-- object: column approved_by of public.ai_insights_log
alter table public.ai_insights_log add column approved_by uuid;
-- and:
comment on column public.ai_insights_log.approved_by is 'Who approved; a rejection leaves it empty. מי אישר; דחייה משאירה ריק.';

-- object: column executed_at of public.ai_insights_log
alter table public.ai_insights_log add column executed_at timestamp with time zone;

-- object: column execution_status of public.ai_insights_log
alter table public.ai_insights_log add column execution_status text not null default 'suggested'::text;
-- and:
comment on column public.ai_insights_log.execution_status is 'How far it has come. עד לאן הגיעה.';

-- object: column execution_error of public.ai_insights_log
alter table public.ai_insights_log add column execution_error text;

-- object: column created_at of public.ai_insights_log
alter table public.ai_insights_log add column created_at timestamp with time zone default now();

-- object: constraint ai_insights_log_approved_by_fkey on public.ai_insights_log -- made by ai_audit.0002_ai_insights_log
alter table public.ai_insights_log add constraint ai_insights_log_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES public.user_profiles(id);
-- and:
comment on constraint ai_insights_log_approved_by_fkey on public.ai_insights_log is 'A person with history is not deleted from under it. אדם עם היסטוריה אינו נמחק מתחתיה.';

-- object: constraint ai_insights_log_event_id_fkey on public.ai_insights_log -- made by ai_audit.0002_ai_insights_log
alter table public.ai_insights_log add constraint ai_insights_log_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id);
-- and:
comment on constraint ai_insights_log_event_id_fkey on public.ai_insights_log is 'An event with history is not deleted from under it. אירוע עם היסטוריה אינו נמחק מתחתיה.';

-- object: constraint ai_insights_log_execution_status_check on public.ai_insights_log -- made by ai_audit.0002_ai_insights_log
alter table public.ai_insights_log add constraint ai_insights_log_execution_status_check CHECK ((execution_status = ANY (ARRAY['suggested'::text, 'approved'::text, 'rejected'::text, 'executed'::text, 'failed'::text])));
-- and:
comment on constraint ai_insights_log_execution_status_check on public.ai_insights_log is 'The five states of the lifecycle. חמשת המצבים של מחזור החיים.';

-- object: constraint ai_insights_log_pkey on public.ai_insights_log -- made by ai_audit.0002_ai_insights_log
alter table public.ai_insights_log add constraint ai_insights_log_pkey PRIMARY KEY (id);

-- object: constraint ai_insights_log_user_id_fkey on public.ai_insights_log -- made by ai_audit.0002_ai_insights_log
alter table public.ai_insights_log add constraint ai_insights_log_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_profiles(id);
-- and:
comment on constraint ai_insights_log_user_id_fkey on public.ai_insights_log is 'A person with history is not deleted from under it. אדם עם היסטוריה אינו נמחק מתחתיה.';

-- object: index public.idx_ai_insights_log_approved_by -- made by ai_audit.0002_ai_insights_log
CREATE INDEX idx_ai_insights_log_approved_by ON public.ai_insights_log USING btree (approved_by);
-- and:
comment on index public.idx_ai_insights_log_approved_by is 'By who approved. לפי מי שאישר.';

-- object: index public.idx_ai_insights_log_created_at -- made by ai_audit.0002_ai_insights_log
CREATE INDEX idx_ai_insights_log_created_at ON public.ai_insights_log USING btree (created_at DESC);
-- and:
comment on index public.idx_ai_insights_log_created_at is 'Newest first. החדש קודם.';

-- object: index public.idx_ai_insights_log_event_id -- made by ai_audit.0002_ai_insights_log
CREATE INDEX idx_ai_insights_log_event_id ON public.ai_insights_log USING btree (event_id);
-- and:
comment on index public.idx_ai_insights_log_event_id is 'An event''s suggestions. הצעות של אירוע.';

-- object: index public.idx_ai_insights_log_status -- made by ai_audit.0002_ai_insights_log
CREATE INDEX idx_ai_insights_log_status ON public.ai_insights_log USING btree (execution_status);
-- and:
comment on index public.idx_ai_insights_log_status is 'The approval queue. תור האישור.';

-- object: index public.idx_ai_insights_log_user_id -- made by ai_audit.0002_ai_insights_log
CREATE INDEX idx_ai_insights_log_user_id ON public.ai_insights_log USING btree (user_id);
-- and:
comment on index public.idx_ai_insights_log_user_id is 'By who asked. לפי מי שביקש.';

-- object: row level security on public.ai_insights_log -- made by ai_audit.0002_ai_insights_log
alter table public.ai_insights_log enable row level security;

-- object: policy suggestions_are_made_undecided_and_as_oneself on public.ai_insights_log -- made by ai_audit.0002_ai_insights_log
create policy suggestions_are_made_undecided_and_as_oneself on public.ai_insights_log as permissive for insert to authenticated with check ((user_id = ( SELECT auth.uid() AS uid)) AND ((event_id = ANY (ARRAY( SELECT e.id
   FROM public.events e
  WHERE (e.organization_id = ( SELECT auth.user_org_id() AS user_org_id))))) OR ((event_id IS NULL) AND (user_id = ANY (ARRAY( SELECT p.id
   FROM public.user_profiles p
  WHERE (p.organization_id = ( SELECT auth.user_org_id() AS user_org_id))))))) AND (execution_status = 'suggested'::text) AND (approved_at IS NULL) AND (approved_by IS NULL) AND (executed_at IS NULL) AND (execution_error IS NULL));
-- and:
comment on policy suggestions_are_made_undecided_and_as_oneself on public.ai_insights_log is 'Nobody suggests for another or decides by suggesting. איש אינו מציע בשם אחר או מחליט תוך כדי הצעה.';

-- object: policy suggestions_are_read_by_their_organization on public.ai_insights_log -- made by ai_audit.0002_ai_insights_log
create policy suggestions_are_read_by_their_organization on public.ai_insights_log as permissive for select to authenticated using ((user_id = ( SELECT auth.uid() AS uid)) OR (event_id = ANY (ARRAY( SELECT e.id
   FROM public.events e
  WHERE (e.organization_id = ( SELECT auth.user_org_id() AS user_org_id))))) OR ((event_id IS NULL) AND (user_id = ANY (ARRAY( SELECT p.id
   FROM public.user_profiles p
  WHERE (p.organization_id = ( SELECT auth.user_org_id() AS user_org_id)))))));
-- and:
comment on policy suggestions_are_read_by_their_organization on public.ai_insights_log is 'One''s own, and one''s organization''s. שלי, ושל הארגון שלי.';

-- object: policy suggestions_are_updated_by_their_organization on public.ai_insights_log -- made by ai_audit.0002_ai_insights_log
create policy suggestions_are_updated_by_their_organization on public.ai_insights_log as permissive for update to authenticated using ((user_id = ( SELECT auth.uid() AS uid)) OR (event_id = ANY (ARRAY( SELECT e.id
   FROM public.events e
  WHERE (e.organization_id = ( SELECT auth.user_org_id() AS user_org_id))))) OR ((event_id IS NULL) AND (user_id = ANY (ARRAY( SELECT p.id
   FROM public.user_profiles p
  WHERE (p.organization_id = ( SELECT auth.user_org_id() AS user_org_id))))))) with check ((user_id = ( SELECT auth.uid() AS uid)) OR (event_id = ANY (ARRAY( SELECT e.id
   FROM public.events e
  WHERE (e.organization_id = ( SELECT auth.user_org_id() AS user_org_id))))) OR ((event_id IS NULL) AND (user_id = ANY (ARRAY( SELECT p.id
   FROM public.user_profiles p
  WHERE (p.organization_id = ( SELECT auth.user_org_id() AS user_org_id)))))));
-- and:
comment on policy suggestions_are_updated_by_their_organization on public.ai_insights_log is 'A suggestion stays inside its organization. הצעה נשארת בתוך הארגון שלה.';

-- object: trigger guard_suggestion on public.ai_insights_log -- made by ai_audit.0003_lifecycle_guard
CREATE TRIGGER guard_suggestion BEFORE INSERT OR DELETE OR UPDATE ON public.ai_insights_log FOR EACH ROW EXECUTE FUNCTION backoffice.guard_suggestion();
alter table public.ai_insights_log enable always trigger guard_suggestion;
-- and:
comment on trigger guard_suggestion on public.ai_insights_log is 'Only the lifecycle''s moves. רק המעברים של מחזור החיים.';

-- object: trigger guard_suggestions_from_truncate on public.ai_insights_log -- made by ai_audit.0003_lifecycle_guard
CREATE TRIGGER guard_suggestions_from_truncate BEFORE TRUNCATE ON public.ai_insights_log FOR EACH STATEMENT EXECUTE FUNCTION backoffice.guard_suggestion();
alter table public.ai_insights_log enable always trigger guard_suggestions_from_truncate;
-- and:
comment on trigger guard_suggestions_from_truncate on public.ai_insights_log is 'History is never emptied. ההיסטוריה לעולם אינה מרוקנת.';

-- object: trigger index_changed_suggestions on public.ai_insights_log -- made by ai_audit.0009_suggestion_index
CREATE TRIGGER index_changed_suggestions AFTER UPDATE ON public.ai_insights_log REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION backoffice.write_suggestion_index();
alter table public.ai_insights_log enable always trigger index_changed_suggestions;
-- and:
comment on trigger index_changed_suggestions on public.ai_insights_log is 'Lists read what stands. הרשימות קוראות את מה שעומד.';

-- object: trigger index_new_suggestions on public.ai_insights_log -- made by ai_audit.0009_suggestion_index
CREATE TRIGGER index_new_suggestions AFTER INSERT ON public.ai_insights_log REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION backoffice.write_suggestion_index();
alter table public.ai_insights_log enable always trigger index_new_suggestions;
-- and:
comment on trigger index_new_suggestions on public.ai_insights_log is 'Lists read what stands. הרשימות קוראות את מה שעומד.';

-- object: trigger write_decision_history on public.ai_insights_log -- made by ai_audit.0004_decision_history
CREATE TRIGGER write_decision_history AFTER INSERT OR UPDATE ON public.ai_insights_log FOR EACH ROW EXECUTE FUNCTION backoffice.write_decision_history();
alter table public.ai_insights_log enable always trigger write_decision_history;
-- and:
comment on trigger write_decision_history on public.ai_insights_log is 'Every move becomes history. כל מעבר הופך להיסטוריה.';

-- object: rights of authenticated on public.ai_insights_log
grant insert, select, update (approved_at), update (approved_by), update (executed_at), update (execution_error), update (execution_status) on public.ai_insights_log to authenticated;

-- object: rights of service_role on public.ai_insights_log
grant insert, select, update on public.ai_insights_log to service_role;

-- object: constraint no_room_overlap on public.schedules -- made by scheduling.0002_no_room_overlap
alter table public.schedules add constraint no_room_overlap EXCLUDE USING gist (event_id WITH =, room WITH =, tstzrange(start_time, end_time) WITH &&) WHERE ((room IS NOT NULL));
-- and:
comment on constraint no_room_overlap on public.schedules is 'A room holds one session of an event at a time. חדר מחזיק מפגש אחד של אירוע בכל רגע.';

-- object: index public.idx_schedules_speaker_time -- made by scheduling.0003_speaker_conflicts
CREATE INDEX idx_schedules_speaker_time ON public.schedules USING btree (event_id, speaker_name, start_time, end_time) WHERE (speaker_name IS NOT NULL);
-- and:
comment on index public.idx_schedules_speaker_time is 'For check_speaker_conflicts. עבור check_speaker_conflicts.';

-- object: function backoffice.claimed_kinds(jsonb)
CREATE OR REPLACE FUNCTION backoffice.claimed_kinds(detected jsonb)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  return (
    with claims as (
      select e.key as spelled, e.value as claim
      from jsonb_each(case jsonb_typeof(detected) when 'object' then detected end) as e
      union all
      select
        coalesce(
          nullif(item.value ->> 'kind', ''),
          nullif(item.value ->> 'type', ''),
          nullif(item.value ->> 'conflict_type', ''),
          ''
        ),
        jsonb_build_array(item.value)
      from jsonb_array_elements(case jsonb_typeof(detected) when 'array' then detected end) as item
      union all
      select '', detected
      where jsonb_typeof(detected) not in ('object', 'array')
    ),
    named as (
      select btrim(regexp_replace(lower(c.spelled), '[-_\s]+', '_', 'g'), '_') as word
      from claims as c
      where exists (
        select
        from jsonb_array_elements(
          case jsonb_typeof(c.claim) when 'array' then c.claim else jsonb_build_array(c.claim) end
        ) as item
        where item.value <> all (array['null', 'false', '0', '""', '{}', '[]']::jsonb[])
      )
    )
    select coalesce(array_agg(distinct kinds.kind order by kinds.kind), '{}')
    from (
      select case
        when word like '%room\_name%' then 'other'
        when word like '%room%' then 'room'
        when word like '%speaker%' then 'speaker'
        when word like '%capacity%' then 'capacity'
        else 'other'
      end as kind
      from named
    ) as kinds
  );
end
$function$;
-- and:
revoke all on routine backoffice.claimed_kinds(jsonb) from public, anon, authenticated, service_role;
comment on function backoffice.claimed_kinds(jsonb) is 'The kinds of conflicts the AI claims. סוגי ההתנגשויות שה-AI טוען להן.';

-- object: function backoffice.count_again(uuid) -- made by ai_audit.0020_acts_of_the_owner
CREATE OR REPLACE FUNCTION backoffice.count_again(undone uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'extensions', 'pg_temp'
AS $function$
declare
  kept constant backoffice.decision_history := backoffice.kept_of_removal(undone);
begin
  update public.schedules as s
  set current_count = greatest(stood.n - (
    select count(*)
    from jsonb_array_elements(kept.removed -> 'public.participant_schedules') as r
    where r.value ->> 'schedule_id' = s.id::text
    and not exists (
      select
      from public.participant_schedules as p
      where p.id = (r.value ->> 'id')::uuid
    )
  ), 0)
  from (
    select
      (e.value ->> 'id')::uuid as id,
      (e.value ->> 'current_count')::integer as n
    from jsonb_array_elements(
      jsonb_build_array(kept.before) || coalesce(kept.removed -> 'public.schedules', '[]')
    ) as e
  ) as stood
  where s.id = stood.id;
end
$function$;
-- and:
revoke all on routine backoffice.count_again(uuid) from public, anon, authenticated, service_role;
comment on function backoffice.count_again(uuid) is 'Sets right the count of a session that came back. מתקנת את הספירה במפגש שחזר.';

-- object: function backoffice.count_figures(uuid,date)
CREATE OR REPLACE FUNCTION backoffice.count_figures(organization uuid, of_day date)
 RETURNS SETOF backoffice.daily_figures
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
select organization, of_day, counted.figure, counted.key, count(*)
from backoffice.suggestion_index as i
cross join lateral (
  select 'status' as figure, i.action || ':' || i.status as key
  union all
  -- Each step is five per cent longer than the one before
  select 'waited', floor(ln(i.waited + 1) / ln(1.05))::int::text
  where i.waited is not null
  union all
  select i.status, i.reason
  where i.reason is not null
  union all
  select 'claim', i.claim
  where i.claim is not null
  union all
  select 'right', kind
  from unnest(i.claimed) as kind
  where kind = any (i.found)
  union all
  select 'wrong', kind
  from unnest(i.claimed) as kind
  where kind <> 'other'
  and kind <> all (i.found)
  union all
  select 'missed', kind
  from unnest(i.found) as kind
  where kind <> all (i.claimed)
) as counted
where i.organization_id = organization
and i.suggested_at >= of_day::timestamp at time zone 'Asia/Jerusalem'
and i.suggested_at < (of_day + 1)::timestamp at time zone 'Asia/Jerusalem'
group by counted.figure, counted.key
$function$;
-- and:
revoke all on routine backoffice.count_figures(uuid,date) from public, anon, authenticated, service_role;
comment on function backoffice.count_figures(uuid,date) is 'The figures of a day, counted. הנתונים של יום, כפי שנספרו.';

-- object: function backoffice.day_of(timestamp with time zone)
CREATE OR REPLACE FUNCTION backoffice.day_of(moment timestamp with time zone)
 RETURNS date
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
select case
  when moment >= '0001-01-02 00:00:00+00' and moment < '9999-12-31 00:00:00+00'
    then (moment at time zone 'Asia/Jerusalem')::date
  else 'infinity'
end
$function$;
-- and:
revoke all on routine backoffice.day_of(timestamp with time zone) from public, anon, authenticated, service_role;
comment on function backoffice.day_of(timestamp with time zone) is 'The day a moment counts for. היום שאליו רגע נספר.';

-- object: function backoffice.decision_state(timestamp with time zone,uuid,timestamp with time zone,text)
CREATE OR REPLACE FUNCTION backoffice.decision_state(approved_at timestamp with time zone, approved_by uuid, executed_at timestamp with time zone, execution_error text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
select jsonb_build_array(
  (approved_at at time zone 'UTC')::text, approved_by, (executed_at at time zone 'UTC')::text,
  execution_error
)::text
$function$;
-- and:
revoke all on routine backoffice.decision_state(timestamp with time zone,uuid,timestamp with time zone,text) from public, anon, authenticated, service_role;
comment on function backoffice.decision_state(timestamp with time zone,uuid,timestamp with time zone,text) is 'What a row says of its decision. מה שהשורה אומרת על ההחלטה.';

-- object: function backoffice.forget_suggestions(uuid[])
CREATE OR REPLACE FUNCTION backoffice.forget_suggestions(ids uuid[])
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'extensions', 'pg_temp'
AS $function$
declare
  forgotten bigint;
begin
  with gone as (
    delete from backoffice.suggestion_index as i
    where i.suggestion_id = any (ids)
    and not exists (select from public.ai_insights_log as l where l.id = i.suggestion_id)
    returning i.organization_id, i.suggested_at
  )
  insert into backoffice.stale_days (organization_id, day)
  select g.organization_id, backoffice.day_of(g.suggested_at)
  from gone as g;
  get diagnostics forgotten = row_count;
  return forgotten;
end
$function$;
-- and:
revoke all on routine backoffice.forget_suggestions(uuid[]) from public, anon, authenticated, service_role;
comment on function backoffice.forget_suggestions(uuid[]) is 'Drops rows of no suggestion. מסירה שורות שאין להן הצעה.';

-- object: function backoffice.give_up(uuid,text) -- made by ai_audit.0020_acts_of_the_owner
CREATE OR REPLACE FUNCTION backoffice.give_up(suggestion uuid, error text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'extensions', 'pg_temp'
AS $function$
begin
  perform backoffice.refuse_temporary_triggers();
  update public.ai_insights_log as s
  set
    execution_status = 'failed',
    execution_error = error
  where s.id = suggestion
  and s.execution_status = 'approved'
  and not exists (
    select
    from public.user_profiles as approver
    join public.user_profiles as requester
      on requester.id = s.user_id
    left join public.events as e
      on e.id = s.event_id
    where approver.id = s.approved_by
    and approver.organization_id = case
      when s.event_id is null then requester.organization_id
      else e.organization_id
    end
  );
  return found;
end
$function$;
-- and:
revoke all on routine backoffice.give_up(uuid,text) from public, anon, authenticated, service_role;
comment on function backoffice.give_up(uuid,text) is 'Fails what was approved by someone who has left. מכשילה את מה שאישר מי שכבר אינו בארגון.';

-- object: function backoffice.guard_suggestion() -- made by ai_audit.0022_guard_of_decisions
CREATE OR REPLACE FUNCTION backoffice.guard_suggestion()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'extensions', 'pg_temp'
AS $function$
declare
  signed_in constant uuid := backoffice.signed_in();
  caller constant name := case current_setting('role')
    when 'none' then session_user
    else current_setting('role')
  end;
  of_rest_layer constant boolean := caller in ('anon', 'authenticated');
  by_person constant boolean := signed_in is not null or of_rest_layer;
  by_owner constant boolean := pg_has_role(
    caller, (select c.relowner from pg_catalog.pg_class as c where c.oid = tg_relid), 'usage'
  );
  -- As the history takes it, which is written next
  moment constant timestamptz := clock_timestamp();
  moves constant text[] := array[
    'suggested approved', 'suggested rejected', 'approved executed', 'approved failed',
    'approved rejected', 'failed approved'
  ];
  decided constant boolean := tg_op = 'UPDATE' and new.execution_status <> old.execution_status;
  approves constant boolean :=
    new.approved_by is not null and (tg_op = 'INSERT' or new.execution_status = 'approved');
begin
  if tg_op in ('DELETE', 'TRUNCATE') then
    raise exception using
      errcode = 'EF001',
      message = 'A suggestion is history and is never deleted. Nothing was changed.';
  end if;

  if tg_op = 'INSERT' then
    if (
      not by_owner
      and (
        new.execution_status <> 'suggested'
        or num_nonnulls(
          new.approved_at, new.approved_by, new.executed_at, new.execution_error
        ) > 0
      )
    )
      or (of_rest_layer and new.user_id is distinct from signed_in)
    then
      raise exception using
        errcode = 'EF002',
        message = 'A suggestion is made undecided and in one''s own name. Nothing was changed.';
    end if;
    if of_rest_layer then
      new.suggested_at := moment;
      new.created_at := moment;
    end if;
  elsif (
    new.id, new.user_id, new.event_id, new.action_type, new.action_data, new.suggested_at,
    new.created_at
  ) is distinct from (
    old.id, old.user_id, old.event_id, old.action_type, old.action_data, old.suggested_at,
    old.created_at
  ) then
    raise exception using
      errcode = 'EF003',
      message = 'What was suggested never changes. Nothing was changed.';
  elsif not decided then
    if (new.approved_at, new.approved_by, new.executed_at, new.execution_error)
      is distinct from (old.approved_at, old.approved_by, old.executed_at, old.execution_error)
    then
      raise exception using
        errcode = 'EF004',
        message = 'What is known of a decision changes only with a decision. Nothing was changed.';
    end if;
    return new;
  elsif not (old.execution_status || ' ' || new.execution_status) = any (moves) then
    raise exception using
      errcode = 'EF004',
      message = format(
        'A suggestion that is %s cannot become %s. Nothing was changed.',
        old.execution_status, new.execution_status
      );
  elsif new.execution_status <> 'approved'
    and (new.approved_at, new.approved_by) is distinct from (old.approved_at, old.approved_by)
  then
    raise exception using
      errcode = 'EF004',
      message = 'Who approved, and when, is written by approving only. Nothing was changed.';
  end if;

  -- A row from before there was a guard may say it otherwise: it is carried on as it is
  if decided
    and not by_owner
    and new.execution_status <> 'executed'
    and new.executed_at is distinct from old.executed_at
  then
    raise exception using
      errcode = 'EF004',
      message = 'When it was carried out is written of what was carried out only. '
        'Nothing was changed.';
  end if;
  -- A row from before there was a guard may know one without the other: it is carried on as it is
  if num_nonnulls(new.approved_at, new.approved_by) = 1
    and (tg_op = 'INSERT' or new.execution_status = 'approved')
  then
    raise exception using
      errcode = 'EF005',
      message = 'Who approved and when are written together or not at all. Nothing was changed.';
  end if;

  if approves and by_person and new.approved_by is distinct from signed_in then
    raise exception using
      errcode = 'EF005',
      message = 'One approves in one''s own name. Nothing was changed.';
  end if;
  -- הארגון כפי שהוא עכשיו: של האירוע, או של המבקש כשאין אירוע
  -- The organization as it is now: the event's, or the requester's where there is no event
  if (approves or decided and by_person)
    and not exists (
      select
      from public.user_profiles as p
      where p.id = case when by_person then signed_in else new.approved_by end
      and p.organization_id = case
        when new.event_id is null
          then (select r.organization_id from public.user_profiles as r where r.id = new.user_id)
        else (select e.organization_id from public.events as e where e.id = new.event_id)
      end
    )
  then
    raise exception using
      errcode = 'EF005',
      message = 'Only a person of the suggestion''s own organization decides on it. '
        'Nothing was changed.';
  end if;

  -- הרגעים של מי שמחובר הם של מסד הנתונים
  -- Moments of who is signed in are the database's own
  if decided and of_rest_layer then
    if new.execution_status = 'approved' and new.approved_at is not null then
      new.approved_at := moment;
    elsif new.execution_status = 'executed' then
      new.executed_at := moment;
    end if;
  end if;
  return new;
end
$function$;
-- and:
revoke all on routine backoffice.guard_suggestion() from public, anon, authenticated, service_role;
comment on function backoffice.guard_suggestion() is 'Keeps ai_insights_log to its lifecycle. שומרת על מחזור החיים של ai_insights_log.';

-- object: function backoffice.history_hash(backoffice.decision_history)
CREATE OR REPLACE FUNCTION backoffice.history_hash(entry backoffice.decision_history)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
select encode(sha256(convert_to(backoffice.history_text(entry), 'UTF8')), 'hex')
$function$;
-- and:
revoke all on routine backoffice.history_hash(backoffice.decision_history) from public, anon, authenticated, service_role;
comment on function backoffice.history_hash(backoffice.decision_history) is 'SHA-256 of an entry''s text, in hexadecimal. גיבוב SHA-256 של טקסט הרשומה.';

-- object: function backoffice.history_text(backoffice.decision_history)
CREATE OR REPLACE FUNCTION backoffice.history_text(entry backoffice.decision_history)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
select jsonb_build_array(
  entry.previous_hash, entry.suggestion_id, entry.number, entry.from_status, entry.to_status,
  to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.database_role,
  entry.profile_id, entry.staff_member_id, entry.staff_profile_id, entry.reason, entry.seen,
  entry.digest, entry.before, entry.after, entry.removed, entry.state
)::text
$function$;
-- and:
revoke all on routine backoffice.history_text(backoffice.decision_history) from public, anon, authenticated, service_role;
comment on function backoffice.history_text(backoffice.decision_history) is 'The text of an entry that is hashed. הטקסט של רשומה שממנו מחושב הגיבוב.';

-- object: function backoffice.index_suggestions(uuid[])
CREATE OR REPLACE FUNCTION backoffice.index_suggestions(ids uuid[])
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  fresh backoffice.suggestion_index;
  stood backoffice.suggestion_index;
  changed bigint := 0;
begin
  for fresh in
    select *
    from backoffice.indexed(ids)
  loop
    select *
    into stood
    from backoffice.suggestion_index as i
    where i.suggestion_id = fresh.suggestion_id;
    continue when stood is not distinct from fresh;
    insert into backoffice.suggestion_index
    values (fresh.*)
    on conflict (suggestion_id) do update
    set
      (
        organization_id, event_id, requester_id, approver_id, action, status, suggested_at,
        decided_at, decider_id, executed_at, waited, requested_start, vip, claimed, found, claim,
        reason, words
      ) = (
        excluded.organization_id, excluded.event_id, excluded.requester_id, excluded.approver_id,
        excluded.action, excluded.status, excluded.suggested_at, excluded.decided_at,
        excluded.decider_id, excluded.executed_at, excluded.waited, excluded.requested_start,
        excluded.vip, excluded.claimed, excluded.found, excluded.claim, excluded.reason,
        excluded.words
      );
    insert into backoffice.stale_days (organization_id, day)
    values (fresh.organization_id, backoffice.day_of(fresh.suggested_at));
    if (stood.organization_id, stood.suggested_at)
      <> (fresh.organization_id, fresh.suggested_at)
    then
      insert into backoffice.stale_days (organization_id, day)
      values (stood.organization_id, backoffice.day_of(stood.suggested_at));
    end if;
    changed := changed + 1;
  end loop;
  return changed;
end
$function$;
-- and:
revoke all on routine backoffice.index_suggestions(uuid[]) from public, anon, authenticated, service_role;
comment on function backoffice.index_suggestions(uuid[]) is 'Brings the index in step. מעדכנת את האינדקס.';

-- object: function backoffice.indexed(uuid[])
CREATE OR REPLACE FUNCTION backoffice.indexed(ids uuid[])
 RETURNS SETOF backoffice.suggestion_index
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'extensions', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return query
  select
    l.id,
    coalesce(
      case when l.event_id is null then p.organization_id else e.organization_id end,
      '00000000-0000-0000-0000-000000000000'
    ),
    l.event_id,
    l.user_id,
    l.approved_by,
    case
      when l.action_type in ('schedule_create', 'schedule_update', 'schedule_delete')
        then l.action_type
      else 'other'
    end,
    l.execution_status,
    said.at,
    coalesce(decision.at, case when l.execution_status <> 'suggested' then l.approved_at end),
    case
      when l.execution_status <> 'suggested'
        then coalesce(decision.staff_profile_id, decision.profile_id, l.approved_by)
    end,
    l.executed_at,
    case
      when first.at is not null and isfinite(said.at)
        then greatest(extract(epoch from first.at - said.at), 0)::bigint
    end,
    backoffice.moment(
      left(
        coalesce(
          l.action_data #>> '{changes,start_time}',
          l.action_data #>> '{proposed_state,start_time}',
          l.action_data #>> '{current_state,start_time}'
        ),
        64
      ),
      e.timezone
    ),
    coalesce(l.action_data -> 'vip_affected' = 'true', false),
    claims.claimed,
    looked.found,
    case
      when looked.found is null then null
      when not looked.found <@ claims.claimed then 'missed'
      when not array_remove(claims.claimed, 'other') <@ looked.found then 'wrong'
      when looked.found = '{}' then 'nothing'
      else 'right'
    end,
    case l.execution_status
      when 'rejected' then nullif(left(decision.reason, 200), '')
      when 'failed' then nullif(backoffice.unnamed(l.execution_error), '')
    end,
    to_tsvector(
      'simple',
      concat_ws(
        ' ',
        left(l.action_data #>> '{proposed_state,title}', 300),
        left(l.action_data #>> '{current_state,title}', 300),
        left(p.full_name, 300)
      )
    )
  from public.ai_insights_log as l
  left join public.events as e
    on e.id = l.event_id
  left join public.user_profiles as p
    on p.id = l.user_id
  cross join lateral (
    select coalesce(l.created_at, l.suggested_at) as at
  ) as said
  cross join lateral (
    select backoffice.claimed_kinds(l.action_data -> 'conflicts_detected') as claimed
    -- Or it would be asked for each time it is used
    offset 0
  ) as claims
  left join lateral (
    select h.at
    from backoffice.decision_history as h
    where h.suggestion_id = l.id
    order by h.number
    limit 1
  ) as first
    on true
  left join lateral (
    select h.at, h.reason, h.staff_profile_id, h.profile_id
    from backoffice.decision_history as h
    where h.suggestion_id = l.id
    and (h.to_status in ('approved', 'rejected') or h.number = 1)
    order by h.number desc
    limit 1
  ) as decision
    on true
  left join lateral (
    select (
      select coalesce(array_agg(distinct s.value ->> 'kind'), '{}')
      from jsonb_array_elements(case jsonb_typeof(h.seen) when 'array' then h.seen end) as s
      where s.value ->> 'kind' in ('room', 'speaker', 'capacity')
    ) as found
    from backoffice.decision_history as h
    where h.suggestion_id = l.id
    and jsonb_typeof(h.seen) = 'array'
    -- What was only said of a move, nobody looked at; an approval has a basis, and somebody did
    and (
      h.seen = '[]'
      or jsonb_path_exists(h.seen, '$[*].kind')
      or jsonb_path_exists(h.seen, '$[*].basis')
    )
    order by h.number desc
    limit 1
  ) as looked
    on true
  where l.id = any (ids);
end
$function$;
-- and:
revoke all on routine backoffice.indexed(uuid[]) from public, anon, authenticated, service_role;
comment on function backoffice.indexed(uuid[]) is 'The index rows of suggestions, as they should be. שורות האינדקס כפי שעליהן להיות.';

-- object: function backoffice.kept_of_removal(uuid) -- made by ai_audit.0020_acts_of_the_owner
CREATE OR REPLACE FUNCTION backoffice.kept_of_removal(undone uuid)
 RETURNS backoffice.decision_history
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'extensions', 'pg_temp'
AS $function$
begin
  perform backoffice.refuse_temporary_triggers();
  return (
    select h
    from backoffice.decision_history as h
    where h.suggestion_id = undone
    and h.to_status = 'executed'
    and exists (
      select
      from backoffice.suggestion_links as l
      join public.ai_insights_log as s
        on s.id = l.suggestion_id
      where l.undoes = undone
      and s.execution_status = 'approved'
    )
    order by h.number desc
    limit 1
  );
end
$function$;
-- and:
revoke all on routine backoffice.kept_of_removal(uuid) from public, anon, authenticated, service_role;
comment on function backoffice.kept_of_removal(uuid) is 'What the history kept of a removal that is being undone. מה שההיסטוריה שמרה ממחיקה שמתבטלת עכשיו.';

-- object: function backoffice.moment(text,text)
CREATE OR REPLACE FUNCTION backoffice.moment(written text, zone text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  plain constant text := regexp_replace(
    replace(btrim(written, E' \t\n\r\f\v'), ',', '.'), '(\.\d{6})\d+', '\1'
  );
  at timestamptz;
begin
  if plain !~* (
    '^(19|[2-9]\d)\d\d-\d\d-\d\d[t ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?'
    '(z|[+-]\d\d(:?[0-5]\d(:?[0-5]\d)?)?)?$'
  ) then
    return null;
  end if;
  if plain ~* '\d\d:\d\d(:\d\d(\.\d+)?)?(z|[+-][\d:]+)$' then
    at := plain::timestamptz;
  else
    begin
      at := plain::timestamp at time zone coalesce(nullif(btrim(zone), ''), 'Asia/Jerusalem');
    exception
      -- An unknown zone counts as UTC, as everywhere
      when invalid_parameter_value then
        at := plain::timestamp at time zone 'UTC';
    end;
  end if;
  return case when at < '10000-01-01 00:00:00+00' then at end;
exception
  when data_exception then
    return null;
end
$function$;
-- and:
revoke all on routine backoffice.moment(text,text) from public, anon, authenticated, service_role;
comment on function backoffice.moment(text,text) is 'A moment the AI wrote, NULL for none. רגע שכתב ה-AI.';

-- object: function backoffice.put_back(uuid,text,jsonb) -- made by ai_audit.0020_acts_of_the_owner
CREATE OR REPLACE FUNCTION backoffice.put_back(undone uuid, relation text, entries jsonb)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'extensions', 'pg_temp'
AS $function$
declare
  target constant regclass := to_regclass(relation);
  kept constant jsonb := (backoffice.kept_of_removal(undone)).removed -> relation;
  columns text;
  kept_rows bigint;
begin
  if kept is null
    or target is null
    or target not in (select t.* from backoffice.tables_below_sessions() as t)
    or exists (
      select e.value
      from jsonb_array_elements(entries) as e
      except
      select k.value
      from jsonb_array_elements(kept) as k
    )
  then
    raise exception using
      errcode = 'EF007',
      message = 'Only what the history kept of a removal is put back, while it is undone. '
        'Nothing was changed.';
  end if;
  select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
  into columns
  from pg_catalog.pg_attribute as a
  where a.attrelid = target
  and a.attnum > 0
  and not a.attisdropped
  and a.attgenerated = ''
  and entries -> 0 ? a.attname;
  execute format(
    'insert into %1$s (%2$s) overriding system value'
    ' select %2$s from jsonb_populate_recordset(null::%1$s, $1)',
    target, columns
  )
  using entries;
  get diagnostics kept_rows = row_count;
  return kept_rows;
end
$function$;
-- and:
revoke all on routine backoffice.put_back(uuid,text,jsonb) from public, anon, authenticated, service_role;
comment on function backoffice.put_back(uuid,text,jsonb) is 'Puts back rows that a removal took along. מחזירה שורות שמחיקה לקחה איתה.';

-- object: function backoffice.refresh_figures(integer)
CREATE OR REPLACE FUNCTION backoffice.refresh_figures(at_most integer)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  refreshed bigint;
begin
  with days as materialized (
    select distinct s.day, s.organization_id
    from backoffice.stale_days as s
    order by s.day, s.organization_id
    limit at_most
  ),
  unmarked as (
    delete from backoffice.stale_days as s
    using days as d
    where s.day = d.day
    and s.organization_id = d.organization_id
  ),
  counted as materialized (
    select c.*
    from days as d
    cross join lateral backoffice.count_figures(d.organization_id, d.day) as c
  ),
  dropped as (
    delete from backoffice.daily_figures as f
    using days as d
    where f.organization_id = d.organization_id
    and f.day = d.day
    and not exists (
      select
      from counted as c
      where c.organization_id = f.organization_id
      and c.day = f.day
      and c.figure = f.figure
      and c.key = f.key
    )
  ),
  written as (
    insert into backoffice.daily_figures as f
    select *
    from counted
    on conflict (organization_id, day, figure, key) do update
    set n = excluded.n
    where f.n <> excluded.n
  )
  select count(*)
  into refreshed
  from days;
  return refreshed;
end
$function$;
-- and:
revoke all on routine backoffice.refresh_figures(integer) from public, anon, authenticated, service_role;
comment on function backoffice.refresh_figures(integer) is 'Adds up the marked days anew. מסכמת מחדש את הימים שסומנו.';

-- object: function backoffice.refuse_temporary_triggers() -- made by ai_audit.0023_search_paths
CREATE OR REPLACE FUNCTION backoffice.refuse_temporary_triggers()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  served regclass;
  offending text;
begin
  for served in
    select c.oid
    from pg_catalog.pg_class as c
    where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p')
    and has_table_privilege(c.oid, 'update, delete')
    order by c.oid
  loop
    execute format('lock table %s in row exclusive mode', served);
  end loop;
  select format('%I on %s', t.tgname, t.tgrelid::regclass)
  into offending
  from pg_catalog.pg_trigger as t
  join pg_catalog.pg_class as c
    on c.oid = t.tgrelid
  join pg_catalog.pg_proc as p
    on p.oid = t.tgfoid
  join pg_catalog.pg_namespace as n
    on n.oid = p.pronamespace
  where starts_with(n.nspname, 'pg_temp_')
  and c.relpersistence <> 't'
  limit 1;
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception using
      errcode = 'EF008',
      message = 'This transaction does not see what others commit, and so not every trigger. '
        'Nothing was changed.';
  elsif offending is not null then
    raise exception using
      errcode = 'EF008',
      message = format(
        'The trigger %s runs a function of somebody''s temporary schema. Nothing was changed.',
        offending
      );
  end if;
end
$function$;
-- and:
revoke all on routine backoffice.refuse_temporary_triggers() from public, anon, authenticated, service_role;
comment on function backoffice.refuse_temporary_triggers() is 'Refuses to write where a trigger is temporary. מסרבת לכתוב כשיש טריגר זמני.';

-- object: function backoffice.refuse_to_change_history()
CREATE OR REPLACE FUNCTION backoffice.refuse_to_change_history()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  raise exception using
    errcode = 'EF006',
    message = 'The decision history is only ever added to. Nothing was changed.';
end
$function$;
-- and:
revoke all on routine backoffice.refuse_to_change_history() from public, anon, authenticated, service_role;
comment on function backoffice.refuse_to_change_history() is 'Refuses whatever would change history. מסרבת לכל מה שהיה משנה את ההיסטוריה.';

-- object: function backoffice.signed_in() -- made by ai_audit.0023_search_paths
CREATE OR REPLACE FUNCTION backoffice.signed_in()
 RETURNS uuid
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
$function$;
-- and:
revoke all on routine backoffice.signed_in() from public, anon, authenticated, service_role;
comment on function backoffice.signed_in() is 'The profile that is signed in, NULL for none. הפרופיל המחובר.';

-- object: function backoffice.tables_below_sessions() -- made by scheduling.0004_what_goes_with_a_session
CREATE OR REPLACE FUNCTION backoffice.tables_below_sessions()
 RETURNS SETOF regclass
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
with recursive below as (
  select c.conrelid as relation
  from pg_catalog.pg_constraint as c
  where c.contype = 'f'
  and c.conparentid = 0
  and c.confrelid = 'public.schedules'::regclass
  union
  select c.conrelid
  from below
  join pg_catalog.pg_constraint as c
    on c.confrelid = below.relation
    and c.contype = 'f'
    and c.conparentid = 0
)
select relation::regclass
from below
$function$;
-- and:
revoke all on routine backoffice.tables_below_sessions() from public, anon, authenticated, service_role;
comment on function backoffice.tables_below_sessions() is 'From which tables foreign keys lead to sessions. מאילו טבלאות מפתחות זרים מובילים למפגשים.';

-- object: function backoffice.taken_along(uuid) -- made by scheduling.0004_what_goes_with_a_session
CREATE OR REPLACE FUNCTION backoffice.taken_along(session_id uuid)
 RETURNS TABLE(relation text, entry jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'extensions', 'pg_temp'
AS $function$
declare
  tables text[];
  rows_of jsonb[];
  known text[];
  places text[];
  found jsonb;
  at integer := 1;
  referring record;
begin
  select array['public.schedules'], array[jsonb_build_array(to_jsonb(s))],
    array[s.tableoid || ' ' || s.ctid]
  into tables, rows_of, known
  from public.schedules as s
  where s.id = session_id;

  while at <= coalesce(cardinality(tables), 0) loop
    for referring in
      select
        format('%I.%I', w.nspname, t.relname) as name,
        string_agg(format('r.%I', a.attname), ', ' order by k.n) as own,
        string_agg(format('p.%I', f.attname), ', ' order by k.n) as referred
      from pg_catalog.pg_constraint as c
      join pg_catalog.pg_class as t
        on t.oid = c.conrelid
      join pg_catalog.pg_namespace as w
        on w.oid = t.relnamespace
      cross join lateral unnest(c.conkey, c.confkey) with ordinality as k (own, referred, n)
      join pg_catalog.pg_attribute as a
        on a.attrelid = c.conrelid
        and a.attnum = k.own
      join pg_catalog.pg_attribute as f
        on f.attrelid = c.confrelid
        and f.attnum = k.referred
      where c.contype = 'f'
      and c.confdeltype = 'c'
      and c.conparentid = 0
      and c.confrelid = tables[at]::regclass
      group by c.oid, 1
      order by 1, c.oid
    loop
      execute format(
        'select array_agg(f.place), jsonb_agg(f.entry) from ('
        'select r.tableoid || '' '' || r.ctid as place, to_jsonb(r) as entry from %1$s as r'
        ' where (%2$s) in (select %3$s from jsonb_populate_recordset(null::%4$s, $1) as p)'
        ' order by 1 for update of r) as f'
        ' where not f.place = any ($2)',
        referring.name, referring.own, referring.referred, tables[at]
      )
      into places, found
      using rows_of[at], known;
      if places is not null then
        known := known || places;
        tables := tables || referring.name;
        rows_of := rows_of || found;
        return query
        select referring.name, e.value
        from jsonb_array_elements(found) as e;
      end if;
    end loop;
    at := at + 1;
  end loop;
end
$function$;
-- and:
revoke all on routine backoffice.taken_along(uuid) from public, anon, authenticated, service_role;
comment on function backoffice.taken_along(uuid) is 'What goes when a session is deleted, locked. מה שנמחק יחד עם מפגש, נעול.';

-- object: function backoffice.unnamed(text)
CREATE OR REPLACE FUNCTION backoffice.unnamed(sentence text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
select left(
  regexp_replace(
    regexp_replace(
      left(sentence, 2000), '[\u2066-\u2068][^\u2066-\u2069]*\u2069', '…', 'g'
    ),
    '[\u2066-\u2068][^\u2066-\u2069]*\u2069', '…', 'g'
  ),
  200
)
$function$;
-- and:
revoke all on routine backoffice.unnamed(text) from public, anon, authenticated, service_role;
comment on function backoffice.unnamed(text) is 'A sentence without the names in it. משפט בלי השמות שבו.';

-- object: function backoffice.write_decision_history()
CREATE OR REPLACE FUNCTION backoffice.write_decision_history()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  told constant jsonb :=
    coalesce(nullif(current_setting('eventflow.decision', true), ''), '{}')::jsonb;
  claimed constant timestamptz := coalesce(new.executed_at, new.approved_at, new.created_at);
  last backoffice.decision_history;
  entry backoffice.decision_history;
begin
  if (
    new.execution_status = case tg_op when 'UPDATE' then old.execution_status else 'suggested' end
  ) then
    return null;
  end if;
  select *
  into last
  from backoffice.decision_history as h
  where h.suggestion_id = new.id
  order by h.number desc
  limit 1;

  entry.id := nextval(pg_get_serial_sequence('backoffice.decision_history', 'id'));
  entry.suggestion_id := new.id;
  entry.number := coalesce(last.number, 0) + 1;
  entry.from_status := case when tg_op = 'UPDATE' then old.execution_status end;
  entry.to_status := new.execution_status;
  -- A row that comes decided was decided when it says so, if that can be; a move happens now
  entry.at := clock_timestamp();
  if tg_op = 'INSERT' and claimed between '1970-01-01 UTC' and entry.at then
    entry.at := claimed;
  end if;
  entry.database_role := case current_setting('role')
    when 'none' then session_user
    else current_setting('role')
  end;
  entry.profile_id := coalesce(
    backoffice.signed_in(),
    case when tg_op = 'INSERT' or new.execution_status = 'approved' then new.approved_by end
  );
  if told ->> 'suggestion' = new.id::text
    and has_schema_privilege(session_user, 'backoffice', 'usage')
  then
    entry.staff_member_id := (told ->> 'staff_member')::bigint;
    entry.staff_profile_id := (told ->> 'staff_profile')::uuid;
    entry.reason := told ->> 'reason';
    entry.seen := told -> 'seen';
    entry.digest := told ->> 'digest';
    if new.execution_status = 'executed' then
      entry.before := told -> 'before';
      entry.after := told -> 'after';
      entry.removed := told -> 'removed';
    end if;
  end if;
  entry.state := backoffice.decision_state(
    new.approved_at, new.approved_by, new.executed_at, new.execution_error
  );
  entry.previous_hash := last.hash;
  entry.hash := backoffice.history_hash(entry);
  insert into backoffice.decision_history overriding system value values (entry.*);
  return null;
end
$function$;
-- and:
revoke all on routine backoffice.write_decision_history() from public, anon, authenticated, service_role;
comment on function backoffice.write_decision_history() is 'Writes a move into the history. רושמת מעבר בהיסטוריה.';

-- object: function backoffice.write_suggestion_index()
CREATE OR REPLACE FUNCTION backoffice.write_suggestion_index()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform backoffice.index_suggestions(array(select t.id from touched as t));
  return null;
end
$function$;
-- and:
revoke all on routine backoffice.write_suggestion_index() from public, anon, authenticated, service_role;
comment on function backoffice.write_suggestion_index() is 'Keeps the index. שומרת על האינדקס.';

-- object: function public.check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid) -- made by scheduling.0003_speaker_conflicts
CREATE OR REPLACE FUNCTION public.check_speaker_conflicts(p_event_id uuid, p_speaker_name text, p_start_time timestamp with time zone, p_end_time timestamp with time zone, p_exclude_schedule_id uuid DEFAULT NULL::uuid)
 RETURNS TABLE(conflict_id uuid, conflict_title text, conflict_start timestamp with time zone, conflict_end timestamp with time zone)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'extensions', 'pg_temp'
AS $function$
declare
  -- Every character that Unicode calls white space.
  space constant text := e' \t\n\x0b\f\r\x1c\x1d\x1e\x1f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003'
    '\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';
  speaker constant text := lower(btrim(p_speaker_name, space));
begin
  if speaker = '' or p_end_time <= p_start_time then
    return;
  end if;
  return query
  select
    s.id,
    s.title,
    s.start_time,
    s.end_time
  from public.schedules as s
  where s.event_id = p_event_id
  and s.speaker_name is not null
  and lower(btrim(s.speaker_name, space)) = speaker
  and s.start_time < p_end_time
  and s.end_time > p_start_time
  and s.start_time < s.end_time
  and (p_exclude_schedule_id is null or s.id <> p_exclude_schedule_id)
  order by s.start_time, s.id;
end
$function$;
-- and:
revoke all on routine public.check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid) from public, anon, authenticated, service_role;
comment on function public.check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid) is 'Other sessions of the speaker in the event that overlap the half-open time given. מפגשים אחרים של הדובר באירוע שחופפים לזמן הנתון.';

-- object: rights of authenticated on public.check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid)
grant execute on routine public.check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid) to authenticated;

-- object: rights of service_role on public.check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid)
grant execute on routine public.check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid) to service_role;
