-- כל אובייקט של המשרד האחורי בצורתו האחרונה, והפקודה שיוצרת אותו. נכתב מתוך מסד נתונים חדש.
-- Every object of the back office in its last form, and the statement that makes it. Written from a
-- fresh database by `manage.py export_objects`; not to be edited by hand, nor to be run as a whole:
-- `migrate` runs what is missing, and `check` compares.

-- object: extension btree_gist -- made by scheduling.0002_no_room_overlap
create extension if not exists btree_gist with schema extensions;

-- object: table backoffice.approval_rules -- made by ai_audit.0053_second_approver
create table backoffice.approval_rules ();
-- and:
revoke all on backoffice.approval_rules from public, anon, authenticated, service_role;
comment on table backoffice.approval_rules is 'When an organization asks for a second approver; without a row, never. מתי ארגון דורש מאשר שני; בלי שורה, אף פעם.';

-- object: column organization_id of backoffice.approval_rules
alter table backoffice.approval_rules add column organization_id uuid not null;
-- and:
comment on column backoffice.approval_rules.organization_id is 'Whose. של מי.';

-- object: column second_for of backoffice.approval_rules
alter table backoffice.approval_rules add column second_for text not null;
-- and:
comment on column backoffice.approval_rules.second_for is 'For what: critical, what is of critical risk; own, what who approves has asked for; critical_or_own, both; all. למה: critical, מה שבסיכון קריטי; own, מה שהמאשר עצמו ביקש; critical_or_own, שניהם; all, הכול.';

-- object: constraint approval_rules_pkey on backoffice.approval_rules -- made by ai_audit.0053_second_approver
alter table backoffice.approval_rules add constraint approval_rules_pkey PRIMARY KEY (organization_id);

-- object: constraint second_is_asked_for_known_ones on backoffice.approval_rules -- made by ai_audit.0053_second_approver
alter table backoffice.approval_rules add constraint second_is_asked_for_known_ones CHECK ((second_for = ANY (ARRAY['critical'::text, 'own'::text, 'critical_or_own'::text, 'all'::text])));
-- and:
comment on constraint second_is_asked_for_known_ones on backoffice.approval_rules is 'Only what decisions know to ask. רק מה שההחלטות יודעות לשאול.';

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

-- object: table backoffice.made_by_hand -- made by ai_audit.0028_made_by_hand
create table backoffice.made_by_hand ();
-- and:
revoke all on backoffice.made_by_hand from public, anon, authenticated, service_role;
comment on table backoffice.made_by_hand is 'Suggestions that a person made and carried out in one act, by hand. Append-only. הצעות שאדם עשה וביצע במעשה אחד, ביד. רק מוסיפים.';

-- object: column suggestion_id of backoffice.made_by_hand
alter table backoffice.made_by_hand add column suggestion_id uuid not null;
-- and:
comment on column backoffice.made_by_hand.suggestion_id is 'Which one. איזו.';

-- object: constraint made_by_hand_pkey on backoffice.made_by_hand -- made by ai_audit.0028_made_by_hand
alter table backoffice.made_by_hand add constraint made_by_hand_pkey PRIMARY KEY (suggestion_id);

-- object: trigger marks_are_append_only on backoffice.made_by_hand -- made by ai_audit.0028_made_by_hand
CREATE TRIGGER marks_are_append_only BEFORE DELETE OR UPDATE ON backoffice.made_by_hand FOR EACH ROW EXECUTE FUNCTION backoffice.refuse_to_change_history();
alter table backoffice.made_by_hand enable always trigger marks_are_append_only;
-- and:
comment on trigger marks_are_append_only on backoffice.made_by_hand is 'A mark is history. סימון הוא היסטוריה.';

-- object: trigger marks_are_never_emptied on backoffice.made_by_hand -- made by ai_audit.0028_made_by_hand
CREATE TRIGGER marks_are_never_emptied BEFORE TRUNCATE ON backoffice.made_by_hand FOR EACH STATEMENT EXECUTE FUNCTION backoffice.refuse_to_change_history();
alter table backoffice.made_by_hand enable always trigger marks_are_never_emptied;
-- and:
comment on trigger marks_are_never_emptied on backoffice.made_by_hand is 'A mark is history. סימון הוא היסטוריה.';

-- object: trigger marks_are_written_at_once on backoffice.made_by_hand -- made by ai_audit.0028_made_by_hand
CREATE TRIGGER marks_are_written_at_once BEFORE INSERT ON backoffice.made_by_hand FOR EACH ROW EXECUTE FUNCTION backoffice.mark_with_its_suggestion();
-- and:
comment on trigger marks_are_written_at_once on backoffice.made_by_hand is 'A mark is never an afterthought. סימון לעולם אינו בדיעבד.';

-- object: table backoffice.notification_choices -- made by ai_audit.0049_outbox
create table backoffice.notification_choices ();
-- and:
revoke all on backoffice.notification_choices from public, anon, authenticated, service_role;
comment on table backoffice.notification_choices is 'How people want to be told of each kind; at once where nothing stands. איך אנשים רוצים שייאמר להם כל סוג; מיד, אם לא נאמר אחרת.';

-- object: column id of backoffice.notification_choices
alter table backoffice.notification_choices add column id bigint not null generated by default as identity;

-- object: column profile_id of backoffice.notification_choices
alter table backoffice.notification_choices add column profile_id uuid not null;
-- and:
comment on column backoffice.notification_choices.profile_id is 'Who. מי.';

-- object: column kind of backoffice.notification_choices
alter table backoffice.notification_choices add column kind text not null;
-- and:
comment on column backoffice.notification_choices.kind is 'What kind of news. איזה סוג.';

-- object: column choice of backoffice.notification_choices
alter table backoffice.notification_choices add column choice text not null;
-- and:
comment on column backoffice.notification_choices.choice is 'at_once, daily or never. מיד, פעם ביום או אף פעם.';

-- object: constraint choices_are_known on backoffice.notification_choices -- made by ai_audit.0049_outbox
alter table backoffice.notification_choices add constraint choices_are_known CHECK ((choice = ANY (ARRAY['at_once'::text, 'daily'::text, 'never'::text])));
-- and:
comment on constraint choices_are_known on backoffice.notification_choices is 'There are three. יש שלוש.';

-- object: constraint choices_are_of_a_known_kind on backoffice.notification_choices -- made by ai_audit.0049_outbox
alter table backoffice.notification_choices add constraint choices_are_of_a_known_kind CHECK ((kind = ANY (ARRAY['waiting'::text, 'urgent'::text, 'outcome'::text, 'not_carried_out'::text, 'asked'::text])));
-- and:
comment on constraint choices_are_of_a_known_kind on backoffice.notification_choices is 'Only what the back office knows to tell. רק מה שהמשרד האחורי יודע לספר.';

-- object: constraint notification_choices_pkey on backoffice.notification_choices -- made by ai_audit.0049_outbox
alter table backoffice.notification_choices add constraint notification_choices_pkey PRIMARY KEY (id);

-- object: constraint one_choice_of_a_kind on backoffice.notification_choices -- made by ai_audit.0049_outbox
alter table backoffice.notification_choices add constraint one_choice_of_a_kind UNIQUE (profile_id, kind);
-- and:
comment on constraint one_choice_of_a_kind on backoffice.notification_choices is 'One for each kind. אחת לכל סוג.';

-- object: table backoffice.notification_mails -- made by ai_audit.0049_outbox
create table backoffice.notification_mails ();
-- and:
revoke all on backoffice.notification_mails from public, anon, authenticated, service_role;
comment on table backoffice.notification_mails is 'Mails that are sent, were sent, or failed for good. מכתבים שיישלחו, שנשלחו או שנכשלו סופית.';

-- object: column id of backoffice.notification_mails
alter table backoffice.notification_mails add column id bigint not null generated by default as identity;

-- object: column profile_id of backoffice.notification_mails
alter table backoffice.notification_mails add column profile_id uuid not null;
-- and:
comment on column backoffice.notification_mails.profile_id is 'To whom. אל מי.';

-- object: column kind of backoffice.notification_mails
alter table backoffice.notification_mails add column kind text not null;
-- and:
comment on column backoffice.notification_mails.kind is 'Of what kind, or daily: of several. מאיזה סוג, או daily: מכמה.';

-- object: column message of backoffice.notification_mails
alter table backoffice.notification_mails add column message uuid not null default gen_random_uuid();
-- and:
comment on column backoffice.notification_mails.message is 'What its Message-ID is made of, the same at every try. ממה עשוי ה-Message-ID, בכל ניסיון אותו אחד.';

-- object: column state of backoffice.notification_mails
alter table backoffice.notification_mails add column state text not null default 'due'::text;
-- and:
comment on column backoffice.notification_mails.state is 'due, sent, passed (nothing was left to tell) or failed (for good). ממתין, נשלח, לא נותר מה לומר, או נכשל סופית.';

-- object: column made_at of backoffice.notification_mails
alter table backoffice.notification_mails add column made_at timestamp with time zone not null default clock_timestamp();

-- object: column tries of backoffice.notification_mails
alter table backoffice.notification_mails add column tries integer not null default 0;
-- and:
comment on column backoffice.notification_mails.tries is 'How often it was begun. כמה פעמים התחילו בו.';

-- object: column next_try of backoffice.notification_mails
alter table backoffice.notification_mails add column next_try timestamp with time zone not null default clock_timestamp();
-- and:
comment on column backoffice.notification_mails.next_try is 'Not before then. לא לפני כן.';

-- object: column ended_at of backoffice.notification_mails
alter table backoffice.notification_mails add column ended_at timestamp with time zone;
-- and:
comment on column backoffice.notification_mails.ended_at is 'When it was sent, passed or failed. מתי נשלח, ויתרו עליו או נכשל.';

-- object: column error of backoffice.notification_mails
alter table backoffice.notification_mails add column error text;
-- and:
comment on column backoffice.notification_mails.error is 'What the mail server answered last, without the address. מה ענה שרת הדואר אחרון, בלי הכתובת.';

-- object: constraint errors_of_mails_are_short on backoffice.notification_mails -- made by ai_audit.0049_outbox
alter table backoffice.notification_mails add constraint errors_of_mails_are_short CHECK ((length(error) <= 1000));
-- and:
comment on constraint errors_of_mails_are_short on backoffice.notification_mails is 'A few sentences. כמה משפטים.';

-- object: constraint mails_are_in_a_known_state on backoffice.notification_mails -- made by ai_audit.0049_outbox
alter table backoffice.notification_mails add constraint mails_are_in_a_known_state CHECK ((state = ANY (ARRAY['due'::text, 'sent'::text, 'passed'::text, 'failed'::text])));
-- and:
comment on constraint mails_are_in_a_known_state on backoffice.notification_mails is 'A mail is in one of four states. מכתב נמצא באחד מארבעה מצבים.';

-- object: constraint mails_are_of_a_known_kind on backoffice.notification_mails -- made by ai_audit.0049_outbox
alter table backoffice.notification_mails add constraint mails_are_of_a_known_kind CHECK ((kind = ANY (ARRAY['waiting'::text, 'urgent'::text, 'outcome'::text, 'not_carried_out'::text, 'asked'::text, 'daily'::text])));
-- and:
comment on constraint mails_are_of_a_known_kind on backoffice.notification_mails is 'Only what the back office knows to tell. רק מה שהמשרד האחורי יודע לספר.';

-- object: constraint notification_mails_pkey on backoffice.notification_mails -- made by ai_audit.0049_outbox
alter table backoffice.notification_mails add constraint notification_mails_pkey PRIMARY KEY (id);

-- object: index backoffice.notification_mails_due -- made by ai_audit.0049_outbox
CREATE INDEX notification_mails_due ON backoffice.notification_mails USING btree (next_try) WHERE (state = 'due'::text);
-- and:
comment on index backoffice.notification_mails_due is 'What is to be sent. מה יישלח.';

-- object: index backoffice.notification_mails_of_one -- made by ai_audit.0049_outbox
CREATE INDEX notification_mails_of_one ON backoffice.notification_mails USING btree (profile_id, kind, id);
-- and:
comment on index backoffice.notification_mails_of_one is 'When somebody was written to last. מתי נכתב לאדם לאחרונה.';

-- object: table backoffice.notification_watermark -- made by ai_audit.0049_outbox
create table backoffice.notification_watermark ();
-- and:
revoke all on backoffice.notification_watermark from public, anon, authenticated, service_role;
comment on table backoffice.notification_watermark is 'Until when all that was decided has been looked at. עד מתי נבדק כל מה שהוחלט.';

-- object: column one of backoffice.notification_watermark
alter table backoffice.notification_watermark add column one boolean not null default true;

-- object: column settled_until of backoffice.notification_watermark
alter table backoffice.notification_watermark add column settled_until timestamp with time zone not null default clock_timestamp();
-- and:
comment on column backoffice.notification_watermark.settled_until is 'What was decided before is told already, or never. מה שהוחלט לפני כן כבר נאמר, או לא ייאמר לעולם.';

-- object: column looked_at of backoffice.notification_watermark
alter table backoffice.notification_watermark add column looked_at timestamp with time zone not null default clock_timestamp();
-- and:
comment on column backoffice.notification_watermark.looked_at is 'The last look. המבט האחרון.';

-- object: column looked_xid of backoffice.notification_watermark
alter table backoffice.notification_watermark add column looked_xid xid8 not null default pg_current_xact_id();
-- and:
comment on column backoffice.notification_watermark.looked_xid is 'Once no transaction before this one is under way, all until that look is seen. כשאין עוד טרנזקציה שלפני זו, כל מה שעד אותו מבט נראה.';

-- object: constraint notification_watermark_pkey on backoffice.notification_watermark -- made by ai_audit.0049_outbox
alter table backoffice.notification_watermark add constraint notification_watermark_pkey PRIMARY KEY (one);

-- object: constraint there_is_one_watermark on backoffice.notification_watermark -- made by ai_audit.0049_outbox
alter table backoffice.notification_watermark add constraint there_is_one_watermark CHECK (one);
-- and:
comment on constraint there_is_one_watermark on backoffice.notification_watermark is 'One row. שורה אחת.';

-- object: table backoffice.notifications -- made by ai_audit.0049_outbox
create table backoffice.notifications ();
-- and:
revoke all on backoffice.notifications from public, anon, authenticated, service_role;
comment on table backoffice.notifications is 'Who is told of what, once. למי נאמר מה, פעם אחת.';

-- object: column id of backoffice.notifications
alter table backoffice.notifications add column id bigint not null generated by default as identity;

-- object: column profile_id of backoffice.notifications
alter table backoffice.notifications add column profile_id uuid not null;
-- and:
comment on column backoffice.notifications.profile_id is 'Who. מי.';

-- object: column kind of backoffice.notifications
alter table backoffice.notifications add column kind text not null;
-- and:
comment on column backoffice.notifications.kind is 'What kind of news. איזה סוג.';

-- object: column suggestion_id of backoffice.notifications
alter table backoffice.notifications add column suggestion_id uuid not null;
-- and:
comment on column backoffice.notifications.suggestion_id is 'Of which one. על איזו.';

-- object: column entry of backoffice.notifications
alter table backoffice.notifications add column entry bigint;
-- and:
comment on column backoffice.notifications.entry is 'The number of the entry of its history, or of the act. מספר הרשומה בהיסטוריה, או המעשה.';

-- object: column deadline of backoffice.notifications
alter table backoffice.notifications add column deadline timestamp with time zone;
-- and:
comment on column backoffice.notifications.deadline is 'The moment it is about. הרגע שבו מדובר.';

-- object: column state of backoffice.notifications
alter table backoffice.notifications add column state text not null default 'due'::text;
-- and:
comment on column backoffice.notifications.state is 'due, mailed (its mail says the rest) or passed. ממתין, במכתב, או ויתרו עליו.';

-- object: column mail_id of backoffice.notifications
alter table backoffice.notifications add column mail_id bigint;
-- and:
comment on column backoffice.notifications.mail_id is 'In which mail. באיזה מכתב.';

-- object: column made_at of backoffice.notifications
alter table backoffice.notifications add column made_at timestamp with time zone not null default clock_timestamp();

-- object: constraint nobody_hears_the_same_twice on backoffice.notifications -- made by ai_audit.0049_outbox
alter table backoffice.notifications add constraint nobody_hears_the_same_twice UNIQUE NULLS NOT DISTINCT (profile_id, kind, suggestion_id, entry, deadline);
-- and:
comment on constraint nobody_hears_the_same_twice on backoffice.notifications is 'One row for a person, a kind and an occasion. שורה אחת לאדם, לסוג ולמאורע.';

-- object: constraint notifications_are_in_a_known_state on backoffice.notifications -- made by ai_audit.0049_outbox
alter table backoffice.notifications add constraint notifications_are_in_a_known_state CHECK ((state = ANY (ARRAY['due'::text, 'mailed'::text, 'passed'::text])));
-- and:
comment on constraint notifications_are_in_a_known_state on backoffice.notifications is 'It is in one of three states. היא באחד משלושה מצבים.';

-- object: constraint notifications_are_of_a_known_kind on backoffice.notifications -- made by ai_audit.0049_outbox
alter table backoffice.notifications add constraint notifications_are_of_a_known_kind CHECK ((kind = ANY (ARRAY['waiting'::text, 'urgent'::text, 'outcome'::text, 'not_carried_out'::text, 'asked'::text])));
-- and:
comment on constraint notifications_are_of_a_known_kind on backoffice.notifications is 'Only what the back office knows to tell. רק מה שהמשרד האחורי יודע לספר.';

-- object: constraint notifications_mail_id_fkey on backoffice.notifications -- made by ai_audit.0049_outbox
alter table backoffice.notifications add constraint notifications_mail_id_fkey FOREIGN KEY (mail_id) REFERENCES backoffice.notification_mails(id);

-- object: constraint notifications_pkey on backoffice.notifications -- made by ai_audit.0049_outbox
alter table backoffice.notifications add constraint notifications_pkey PRIMARY KEY (id);

-- object: index backoffice.notifications_by_age -- made by ai_audit.0049_outbox
CREATE INDEX notifications_by_age ON backoffice.notifications USING btree (made_at);
-- and:
comment on index backoffice.notifications_by_age is 'What is old goes. הישן נמחק.';

-- object: index backoffice.notifications_due -- made by ai_audit.0049_outbox
CREATE INDEX notifications_due ON backoffice.notifications USING btree (profile_id) WHERE (state = 'due'::text);
-- and:
comment on index backoffice.notifications_due is 'What is to be told. מה ייאמר.';

-- object: index backoffice.notifications_of_a_mail -- made by ai_audit.0049_outbox
CREATE INDEX notifications_of_a_mail ON backoffice.notifications USING btree (mail_id);
-- and:
comment on index backoffice.notifications_of_a_mail is 'What a mail tells. מה נאמר במכתב.';

-- object: index backoffice.notifications_of_one -- made by ai_audit.0049_outbox
CREATE INDEX notifications_of_one ON backoffice.notifications USING btree (suggestion_id);
-- and:
comment on index backoffice.notifications_of_one is 'What was told of one suggestion. מה נאמר על הצעה אחת.';

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

-- object: table backoffice.suggestion_acts -- made by ai_audit.0035_suggestion_acts
create table backoffice.suggestion_acts ();
-- and:
revoke all on backoffice.suggestion_acts from public, anon, authenticated, service_role;
comment on table backoffice.suggestion_acts is 'What people said of suggestions beside moves of status. Append-only. מה שאנשים אמרו על הצעות מלבד שינויי מצב. רק מוסיפים.';

-- object: column id of backoffice.suggestion_acts
alter table backoffice.suggestion_acts add column id bigint not null generated always as identity;

-- object: column suggestion_id of backoffice.suggestion_acts
alter table backoffice.suggestion_acts add column suggestion_id uuid not null;
-- and:
comment on column backoffice.suggestion_acts.suggestion_id is 'Of which one. על איזו.';

-- object: column kind of backoffice.suggestion_acts
alter table backoffice.suggestion_acts add column kind text not null;
-- and:
comment on column backoffice.suggestion_acts.kind is 'What it is: dismissed, that a failed one is left at that; note; asked, a question to whoever asked for it, and answered; first_approval of two, and first_approval_taken_back. מה זה: dismissed, שמניחים להצעה שנכשלה; note, הערה; asked, שאלה למי שביקש, ו-answered; first_approval, אישור ראשון מתוך שניים, ו-first_approval_taken_back.';

-- object: column staff_member_id of backoffice.suggestion_acts
alter table backoffice.suggestion_acts add column staff_member_id bigint not null;
-- and:
comment on column backoffice.suggestion_acts.staff_member_id is 'Who pressed. מי לחץ.';

-- object: column profile_id of backoffice.suggestion_acts
alter table backoffice.suggestion_acts add column profile_id uuid not null;
-- and:
comment on column backoffice.suggestion_acts.profile_id is 'That person''s profile, as linked then. הפרופיל של אותו אדם, כפי שהיה מקושר אז.';

-- object: column at of backoffice.suggestion_acts
alter table backoffice.suggestion_acts add column at timestamp with time zone not null default clock_timestamp();
-- and:
comment on column backoffice.suggestion_acts.at is 'When, by the database''s clock. מתי, לפי שעון מסד הנתונים.';

-- object: column said of backoffice.suggestion_acts
alter table backoffice.suggestion_acts add column said text;
-- and:
comment on column backoffice.suggestion_acts.said is 'In their words, if any; goes at a person''s request. במילותיהם, אם יש; נמחק לפי דרישה.';

-- object: column basis of backoffice.suggestion_acts
alter table backoffice.suggestion_acts add column basis jsonb;
-- and:
comment on column backoffice.suggestion_acts.basis is 'Of a first approval, what it rests on: digests, the risk, the conflicts seen. באישור ראשון, על מה הוא נשען: תמציות, הסיכון, ההתנגשויות שנראו.';

-- object: constraint acts_are_of_a_known_kind on backoffice.suggestion_acts -- made by ai_audit.0035_suggestion_acts
alter table backoffice.suggestion_acts add constraint acts_are_of_a_known_kind CHECK ((kind = ANY (ARRAY['dismissed'::text, 'note'::text, 'asked'::text, 'answered'::text, 'first_approval'::text, 'first_approval_taken_back'::text])));
-- and:
comment on constraint acts_are_of_a_known_kind on backoffice.suggestion_acts is 'Only what the back office knows to tell. רק מה שהמשרד האחורי יודע לספר.';

-- object: constraint first_approvals_rest_on_something on backoffice.suggestion_acts -- made by ai_audit.0053_second_approver
alter table backoffice.suggestion_acts add constraint first_approvals_rest_on_something CHECK (((kind = 'first_approval'::text) = (basis IS NOT NULL)));
-- and:
comment on constraint first_approvals_rest_on_something on backoffice.suggestion_acts is 'A first approval, and nothing else, has a basis. לאישור ראשון, ורק לו, יש על מה להישען.';

-- object: constraint notes_and_questions_say_something on backoffice.suggestion_acts -- made by ai_audit.0052_notes_and_questions
alter table backoffice.suggestion_acts add constraint notes_and_questions_say_something CHECK (((kind <> ALL (ARRAY['note'::text, 'asked'::text])) OR (said IS NOT NULL)));
-- and:
comment on constraint notes_and_questions_say_something on backoffice.suggestion_acts is 'A note without words is none. הערה בלי מילים אינה הערה.';

-- object: constraint suggestion_acts_pkey on backoffice.suggestion_acts -- made by ai_audit.0035_suggestion_acts
alter table backoffice.suggestion_acts add constraint suggestion_acts_pkey PRIMARY KEY (id);

-- object: constraint what_is_said_is_short on backoffice.suggestion_acts -- made by ai_audit.0035_suggestion_acts
alter table backoffice.suggestion_acts add constraint what_is_said_is_short CHECK ((length(said) <= 1000));
-- and:
comment on constraint what_is_said_is_short on backoffice.suggestion_acts is 'A few sentences. כמה משפטים.';

-- object: index backoffice.suggestion_acts_asked -- made by ai_audit.0052_notes_and_questions
CREATE INDEX suggestion_acts_asked ON backoffice.suggestion_acts USING btree (at, suggestion_id) WHERE (kind = 'asked'::text);
-- and:
comment on index backoffice.suggestion_acts_asked is 'What was asked of late. מה נשאל לאחרונה.';

-- object: index backoffice.suggestion_acts_of_one -- made by ai_audit.0035_suggestion_acts
CREATE INDEX suggestion_acts_of_one ON backoffice.suggestion_acts USING btree (suggestion_id, kind, at);
-- and:
comment on index backoffice.suggestion_acts_of_one is 'What was said of one suggestion. מה נאמר על הצעה אחת.';

-- object: trigger acts_are_append_only on backoffice.suggestion_acts -- made by ai_audit.0035_suggestion_acts
CREATE TRIGGER acts_are_append_only BEFORE DELETE OR UPDATE ON backoffice.suggestion_acts FOR EACH ROW EXECUTE FUNCTION backoffice.refuse_to_change_history();
alter table backoffice.suggestion_acts enable always trigger acts_are_append_only;
-- and:
comment on trigger acts_are_append_only on backoffice.suggestion_acts is 'What was said is history. מה שנאמר הוא היסטוריה.';

-- object: trigger acts_are_never_emptied on backoffice.suggestion_acts -- made by ai_audit.0035_suggestion_acts
CREATE TRIGGER acts_are_never_emptied BEFORE TRUNCATE ON backoffice.suggestion_acts FOR EACH STATEMENT EXECUTE FUNCTION backoffice.refuse_to_change_history();
alter table backoffice.suggestion_acts enable always trigger acts_are_never_emptied;
-- and:
comment on trigger acts_are_never_emptied on backoffice.suggestion_acts is 'What was said is history. מה שנאמר הוא היסטוריה.';

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

-- object: index backoffice.idx_suggestion_index_action_decided
CREATE INDEX idx_suggestion_index_action_decided ON backoffice.suggestion_index USING btree (organization_id, action, decided_at, suggestion_id) WHERE (decided_at IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_action_decided_all
CREATE INDEX idx_suggestion_index_action_decided_all ON backoffice.suggestion_index USING btree (action, decided_at, suggestion_id) WHERE (decided_at IS NOT NULL);

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

-- object: index backoffice.idx_suggestion_index_decider
CREATE INDEX idx_suggestion_index_decider ON backoffice.suggestion_index USING btree (decider_id, suggested_at, suggestion_id) WHERE (decider_id IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_decider_decided
CREATE INDEX idx_suggestion_index_decider_decided ON backoffice.suggestion_index USING btree (decider_id, decided_at, suggestion_id) WHERE (decided_at IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_event
CREATE INDEX idx_suggestion_index_event ON backoffice.suggestion_index USING btree (event_id, suggested_at, suggestion_id);

-- object: index backoffice.idx_suggestion_index_event_decided
CREATE INDEX idx_suggestion_index_event_decided ON backoffice.suggestion_index USING btree (event_id, decided_at, suggestion_id) WHERE (decided_at IS NOT NULL);

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

-- object: index backoffice.idx_suggestion_index_own
CREATE INDEX idx_suggestion_index_own ON backoffice.suggestion_index USING btree (organization_id, decided_at, suggestion_id) WHERE ((approver_id = requester_id) AND (decided_at IS NOT NULL));

-- object: index backoffice.idx_suggestion_index_own_all
CREATE INDEX idx_suggestion_index_own_all ON backoffice.suggestion_index USING btree (decided_at, suggestion_id) WHERE ((approver_id = requester_id) AND (decided_at IS NOT NULL));

-- object: index backoffice.idx_suggestion_index_reason
CREATE INDEX idx_suggestion_index_reason ON backoffice.suggestion_index USING btree (organization_id, reason, suggested_at, suggestion_id) WHERE (reason IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_reason_all
CREATE INDEX idx_suggestion_index_reason_all ON backoffice.suggestion_index USING btree (reason, suggested_at, suggestion_id) WHERE (reason IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_reason_decided
CREATE INDEX idx_suggestion_index_reason_decided ON backoffice.suggestion_index USING btree (organization_id, reason, decided_at, suggestion_id) WHERE ((reason IS NOT NULL) AND (decided_at IS NOT NULL));

-- object: index backoffice.idx_suggestion_index_reason_decided_all
CREATE INDEX idx_suggestion_index_reason_decided_all ON backoffice.suggestion_index USING btree (reason, decided_at, suggestion_id) WHERE ((reason IS NOT NULL) AND (decided_at IS NOT NULL));

-- object: index backoffice.idx_suggestion_index_requester
CREATE INDEX idx_suggestion_index_requester ON backoffice.suggestion_index USING btree (requester_id, suggested_at, suggestion_id);

-- object: index backoffice.idx_suggestion_index_requester_decided
CREATE INDEX idx_suggestion_index_requester_decided ON backoffice.suggestion_index USING btree (requester_id, decided_at, suggestion_id) WHERE (decided_at IS NOT NULL);

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

-- object: index backoffice.idx_suggestion_index_status_decided
CREATE INDEX idx_suggestion_index_status_decided ON backoffice.suggestion_index USING btree (organization_id, status, decided_at, suggestion_id) WHERE (decided_at IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_status_decided_all
CREATE INDEX idx_suggestion_index_status_decided_all ON backoffice.suggestion_index USING btree (status, decided_at, suggestion_id) WHERE (decided_at IS NOT NULL);

-- object: index backoffice.idx_suggestion_index_suggested
CREATE INDEX idx_suggestion_index_suggested ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id);

-- object: index backoffice.idx_suggestion_index_suggested_all
CREATE INDEX idx_suggestion_index_suggested_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id);

-- object: index backoffice.idx_suggestion_index_unreadable
CREATE INDEX idx_suggestion_index_unreadable ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((action = 'other'::text) OR (found @> '{invalid}'::text[]));

-- object: index backoffice.idx_suggestion_index_unreadable_all
CREATE INDEX idx_suggestion_index_unreadable_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((action = 'other'::text) OR (found @> '{invalid}'::text[]));

-- object: index backoffice.idx_suggestion_index_vip
CREATE INDEX idx_suggestion_index_vip ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE vip;

-- object: index backoffice.idx_suggestion_index_vip_all
CREATE INDEX idx_suggestion_index_vip_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE vip;

-- object: index backoffice.idx_suggestion_index_vip_decided
CREATE INDEX idx_suggestion_index_vip_decided ON backoffice.suggestion_index USING btree (organization_id, decided_at, suggestion_id) WHERE (vip AND (decided_at IS NOT NULL));

-- object: index backoffice.idx_suggestion_index_vip_decided_all
CREATE INDEX idx_suggestion_index_vip_decided_all ON backoffice.suggestion_index USING btree (decided_at, suggestion_id) WHERE (vip AND (decided_at IS NOT NULL));

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

-- object: statistics backoffice.suggestion_index_deciders
CREATE STATISTICS backoffice.suggestion_index_deciders (dependencies) ON organization_id, decider_id FROM backoffice.suggestion_index;
-- and:
comment on statistics backoffice.suggestion_index_deciders is 'Tells the planner that who decides belongs to one organization. אומר למתכנן שמי שמחליט שייך לארגון אחד.';

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

-- object: index public.idx_ai_insights_log_waiting
CREATE INDEX idx_ai_insights_log_waiting ON public.ai_insights_log USING btree (event_id) WHERE (execution_status = 'suggested'::text);

-- object: row level security on public.ai_insights_log -- made by ai_audit.0002_ai_insights_log
alter table public.ai_insights_log enable row level security;

-- object: policy suggestions_are_made_undecided_and_as_oneself on public.ai_insights_log -- made by ai_audit.0002_ai_insights_log
create policy suggestions_are_made_undecided_and_as_oneself on public.ai_insights_log as permissive for insert to authenticated with check ((user_id = ( SELECT auth.uid() AS uid)) AND ((event_id = ANY (ARRAY( SELECT e.id
   FROM public.events e
  WHERE (e.organization_id = ( SELECT backoffice.user_org_id() AS user_org_id))))) OR ((event_id IS NULL) AND (user_id = ANY (ARRAY( SELECT p.id
   FROM public.user_profiles p
  WHERE (p.organization_id = ( SELECT backoffice.user_org_id() AS user_org_id))))))) AND (execution_status = 'suggested'::text) AND (approved_at IS NULL) AND (approved_by IS NULL) AND (executed_at IS NULL) AND (execution_error IS NULL));
-- and:
comment on policy suggestions_are_made_undecided_and_as_oneself on public.ai_insights_log is 'Nobody suggests for another or decides by suggesting. איש אינו מציע בשם אחר או מחליט תוך כדי הצעה.';

-- object: policy suggestions_are_read_by_their_organization on public.ai_insights_log -- made by ai_audit.0002_ai_insights_log
create policy suggestions_are_read_by_their_organization on public.ai_insights_log as permissive for select to authenticated using ((user_id = ( SELECT auth.uid() AS uid)) OR (event_id = ANY (ARRAY( SELECT e.id
   FROM public.events e
  WHERE (e.organization_id = ( SELECT backoffice.user_org_id() AS user_org_id))))) OR ((event_id IS NULL) AND (user_id = ANY (ARRAY( SELECT p.id
   FROM public.user_profiles p
  WHERE (p.organization_id = ( SELECT backoffice.user_org_id() AS user_org_id)))))));
-- and:
comment on policy suggestions_are_read_by_their_organization on public.ai_insights_log is 'One''s own, and one''s organization''s. שלי, ושל הארגון שלי.';

-- object: policy suggestions_are_updated_by_their_organization on public.ai_insights_log -- made by ai_audit.0002_ai_insights_log
create policy suggestions_are_updated_by_their_organization on public.ai_insights_log as permissive for update to authenticated using ((user_id = ( SELECT auth.uid() AS uid)) OR (event_id = ANY (ARRAY( SELECT e.id
   FROM public.events e
  WHERE (e.organization_id = ( SELECT backoffice.user_org_id() AS user_org_id))))) OR ((event_id IS NULL) AND (user_id = ANY (ARRAY( SELECT p.id
   FROM public.user_profiles p
  WHERE (p.organization_id = ( SELECT backoffice.user_org_id() AS user_org_id))))))) with check ((user_id = ( SELECT auth.uid() AS uid)) OR (event_id = ANY (ARRAY( SELECT e.id
   FROM public.events e
  WHERE (e.organization_id = ( SELECT backoffice.user_org_id() AS user_org_id))))) OR ((event_id IS NULL) AND (user_id = ANY (ARRAY( SELECT p.id
   FROM public.user_profiles p
  WHERE (p.organization_id = ( SELECT backoffice.user_org_id() AS user_org_id)))))));
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

-- object: function backoffice.act_on(uuid,text,bigint,text) -- made by ai_audit.0035_suggestion_acts
CREATE OR REPLACE FUNCTION backoffice.act_on(suggestion uuid, kind text, staff_member bigint, said text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'extensions', 'pg_temp'
AS $function$
declare
  who uuid;
  status text;
  number bigint;
begin
  select m.profile_id, s.execution_status
  into who, status
  from public.ai_insights_log as s
  join public.user_profiles as requester
    on requester.id = s.user_id
  left join public.events as e
    on e.id = s.event_id
  join backoffice.scheduling_staffmember as m
    on m.id = staff_member
  join public.user_profiles as p
    on p.id = m.profile_id
    and p.organization_id = case
      when s.event_id is null then requester.organization_id
      else e.organization_id
    end
  where s.id = suggestion;
  if who is null then
    raise exception using
      errcode = 'EF005',
      message = 'Only a person of the suggestion''s own organization says something of it. '
        'Nothing was changed.';
  end if;
  if kind = 'dismissed' and status <> 'failed' then
    raise exception using
      errcode = 'EF004',
      message = 'Only what failed is dismissed. Nothing was changed.';
  end if;
  if kind = 'asked' and status <> 'suggested' then
    raise exception using
      errcode = 'EF004',
      message = 'Only what waits for a decision is asked about. Nothing was changed.';
  end if;
  insert into backoffice.suggestion_acts (suggestion_id, kind, staff_member_id, profile_id, at, said)
  values (suggestion, kind, staff_member, who, pg_catalog.clock_timestamp(), nullif(said, ''))
  returning id
  into number;
  return number;
end
$function$;
-- and:
revoke all on routine backoffice.act_on(uuid,text,bigint,text) from public, anon, authenticated, service_role;
comment on function backoffice.act_on(uuid,text,bigint,text) is 'The one way of saying something of a suggestion. הדרך היחידה לומר משהו על הצעה.';

-- object: function backoffice.approve_first(bigint,jsonb) -- made by ai_audit.0053_second_approver
CREATE OR REPLACE FUNCTION backoffice.approve_first(staff_member bigint, pressed jsonb)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'extensions', 'pg_temp'
AS $function$
declare
  kept bigint;
begin
  insert into backoffice.suggestion_acts
    (suggestion_id, kind, staff_member_id, profile_id, at, said, basis)
  select
    s.id, 'first_approval', m.id, m.profile_id, pg_catalog.clock_timestamp(), nullif(p.said, ''),
    p.basis
  from pg_catalog.jsonb_to_recordset(pressed) as p (suggestion uuid, said text, basis jsonb)
  join public.ai_insights_log as s
    on s.id = p.suggestion
  join public.user_profiles as requester
    on requester.id = s.user_id
  left join public.events as e
    on e.id = s.event_id
  join backoffice.scheduling_staffmember as m
    on m.id = staff_member
  join public.user_profiles as who
    on who.id = m.profile_id
    and who.organization_id = case
      when s.event_id is null then requester.organization_id
      else e.organization_id
    end
  where s.execution_status <> 'rejected';
  get diagnostics kept = row_count;
  if kept <> pg_catalog.jsonb_array_length(pressed) then
    raise exception using
      errcode = 'EF005',
      message = 'Only a person of the suggestion''s own organization approves it, and only what can '
        'still be decided on. Nothing was changed.';
  end if;
  return kept;
end
$function$;
-- and:
revoke all on routine backoffice.approve_first(bigint,jsonb) from public, anon, authenticated, service_role;
comment on function backoffice.approve_first(bigint,jsonb) is 'The one way of keeping the first of two approvals. הדרך היחידה לשמור אישור ראשון מתוך שניים.';

-- object: function backoffice.claimed_kinds(jsonb)
CREATE OR REPLACE FUNCTION backoffice.claimed_kinds(detected jsonb)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- ברוב ההצעות לא נטען דבר
  -- In most nothing is claimed, and that is seen without a statement
  if detected is null
    or jsonb_typeof(detected) = 'object'
    and not detected @? '$.*[*].type() ? (@ == "object" || @ == "array")'
    and not detected @? (
      '$.*[*] ? (@.type() == "string" && @ != "" || @.type() == "number" && @ != 0 || @ == true)'
    )
  then
    return '{}';
  end if;
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
left join backoffice.made_by_hand as m
  on m.suggestion_id = i.suggestion_id
left join backoffice.suggestion_links as k
  on k.suggestion_id = i.suggestion_id
cross join lateral (
  select case
    when m.suggestion_id is not null then 'hand'
    when k.undoes is not null then 'undoing'
    when k.replaces is not null then 'edited'
    when i.action = 'other' or i.found @> '{invalid}' then 'unreadable'
  end as apart
) as made
cross join lateral (
  select 'apart' as figure, made.apart as key
  where made.apart is not null
  union all
  select f.figure, f.key
  from (
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
    -- לפי סוג, היכן שהטענה יכלה לעמוד במבחן
    -- By kind, where the claim could be put to the test
    select 'right', kind
    from unnest(i.claimed) as kind
    where kind = any (i.found)
    and i.claim is not null
    union all
    select 'wrong', kind
    from unnest(i.claimed) as kind
    where kind <> 'other'
    and kind <> all (i.found)
    and i.claim is not null
    union all
    select 'missed', kind
    from unnest(i.found) as kind
    where kind <> all (i.claimed)
    and i.claim is not null
  ) as f
  where made.apart is null
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
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  return case
    when moment >= '0001-01-02 00:00:00+00' and moment < '9999-12-31 00:00:00+00'
      then (moment at time zone 'Asia/Jerusalem')::date
    else 'infinity'
  end;
end
$function$;
-- and:
revoke all on routine backoffice.day_of(timestamp with time zone) from public, anon, authenticated, service_role;
comment on function backoffice.day_of(timestamp with time zone) is 'The day a moment counts for. היום שאליו רגע נספר.';

-- object: function backoffice.decision_state(timestamp with time zone,uuid,timestamp with time zone,text)
CREATE OR REPLACE FUNCTION backoffice.decision_state(approved_at timestamp with time zone, approved_by uuid, executed_at timestamp with time zone, execution_error text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  return jsonb_build_array(
    (approved_at at time zone 'UTC')::text, approved_by, (executed_at at time zone 'UTC')::text,
    execution_error
  )::text;
end
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
 SET enable_seqscan TO 'off'
 SET jit TO 'off'
AS $function$
declare
  signed_in constant uuid := backoffice.signed_in();
  caller constant name := case current_setting('role')
    when 'none' then session_user
    else current_setting('role')
  end;
  of_rest_layer constant boolean := caller in ('anon', 'authenticated');
  by_person constant boolean := signed_in is not null or of_rest_layer;
  by_owner boolean;
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

  -- הקטלוג נשאל רק כשהתשובה משנה: לא על הצעה חדשה, ולא על מעבר רגיל
  -- The catalogue is asked where its answer matters: not of a new suggestion, nor of a usual move
  if tg_op = 'INSERT'
    and (
      new.execution_status <> 'suggested'
      or num_nonnulls(new.approved_at, new.approved_by, new.executed_at, new.execution_error) > 0
    )
    or decided
    and new.execution_status <> 'executed'
    and new.executed_at is distinct from old.executed_at
  then
    by_owner := pg_has_role(
      caller, (select c.relowner from pg_catalog.pg_class as c where c.oid = tg_relid), 'usage'
    );
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
  if approves or decided and by_person then
    if not exists (
      select
      from public.user_profiles as p
      where p.id = case when by_person then signed_in else new.approved_by end
      and p.organization_id = case
        when new.event_id is null
          then (select r.organization_id from public.user_profiles as r where r.id = new.user_id)
        else (select e.organization_id from public.events as e where e.id = new.event_id)
      end
    ) then
      raise exception using
        errcode = 'EF005',
        message = 'Only a person of the suggestion''s own organization decides on it. '
          'Nothing was changed.';
    end if;
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
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  return encode(sha256(convert_to(backoffice.history_text(entry), 'UTF8')), 'hex');
end
$function$;
-- and:
revoke all on routine backoffice.history_hash(backoffice.decision_history) from public, anon, authenticated, service_role;
comment on function backoffice.history_hash(backoffice.decision_history) is 'SHA-256 of an entry''s text, in hexadecimal. גיבוב SHA-256 של טקסט הרשומה.';

-- object: function backoffice.history_text(backoffice.decision_history)
CREATE OR REPLACE FUNCTION backoffice.history_text(entry backoffice.decision_history)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  return jsonb_build_array(
    entry.previous_hash, entry.suggestion_id, entry.number, entry.from_status, entry.to_status,
    to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.database_role,
    entry.profile_id, entry.staff_member_id, entry.staff_profile_id, entry.reason, entry.seen,
    entry.digest, entry.before, entry.after, entry.removed, entry.state
  )::text;
end
$function$;
-- and:
revoke all on routine backoffice.history_text(backoffice.decision_history) from public, anon, authenticated, service_role;
comment on function backoffice.history_text(backoffice.decision_history) is 'The text of an entry that is hashed. הטקסט של רשומה שממנו מחושב הגיבוב.';

-- object: function backoffice.index_suggestions(uuid[])
CREATE OR REPLACE FUNCTION backoffice.index_suggestions(ids uuid[])
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_sort TO 'off'
 SET jit TO 'off'
AS $function$
declare
  changed bigint;
begin
  with written as (
    insert into backoffice.suggestion_index as i
    select *
    from backoffice.indexed(ids)
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
      )
    where i.* is distinct from excluded.*
    returning i.suggestion_id, i.organization_id, i.suggested_at
  ),
  -- הפקודה כולה רואה את האינדקס כפי שהיה לפניה
  -- The whole statement sees the index as it stood before it
  marked as (
    insert into backoffice.stale_days (organization_id, day)
    select w.organization_id, backoffice.day_of(w.suggested_at)
    from written as w
    union
    select stood.organization_id, backoffice.day_of(stood.suggested_at)
    from written as w
    cross join lateral (
      select i.organization_id, i.suggested_at
      from backoffice.suggestion_index as i
      -- לסדר הזה יש רק המפתח; אינדקס אחר, שהמזהה בסופו, היה נקרא כולו
      -- That order has the key only; another index, which ends with the id, would be read whole
      where i.suggestion_id between w.suggestion_id and w.suggestion_id
      order by i.suggestion_id
      limit 1
    ) as stood
  )
  select count(*)
  into changed
  from written;
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
 SET enable_seqscan TO 'off'
 SET jit TO 'off'
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
    coalesce(told.vip = 'true', false),
    claims.claimed,
    looked.found,
    case
      -- מה שאדם עשה ה-AI לא ראה, ובמה שאין לבצע לא חיפשו התנגשויות
      -- What a person made the AI never saw, and where nothing can be done nobody looked further
      when looked.found is null or link.suggestion_id is not null or looked.no_further then null
      when not looked.found <@ claims.claimed then 'missed'
      when not array_remove(claims.claimed, 'other') <@ looked.found then 'wrong'
      -- מחיקה אינה מתנגשת בדבר, ומה שאין מי שיבצע גם לא
      -- A removal collides with nothing, and neither does what nobody carries out
      when l.action_type not in ('schedule_create', 'schedule_update') then null
      when looked.found <> '{}' then 'right'
      -- לא נטען דבר: נכון רק אם ה-AI אמר במה הסתכל
      -- Nothing was claimed: right only where the AI said at what it had looked
      when claims.claimed = '{}' and jsonb_typeof(told.detected) = 'object' and told.detected <> '{}'
        then 'nothing'
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
  left join lateral (
    select o.organization_id, o.timezone
    from public.events as o
    where o.id = l.event_id
    offset 0
  ) as e
    on true
  left join lateral (
    select o.organization_id, o.full_name
    from public.user_profiles as o
    where o.id = l.user_id
    offset 0
  ) as p
    on true
  cross join lateral (
    select coalesce(l.created_at, l.suggested_at) as at
  ) as said
  left join lateral (
    select k.suggestion_id, k.replaces
    from backoffice.suggestion_links as k
    where k.suggestion_id = l.id
    offset 0
  ) as link
    on true
  cross join lateral (
    select first.said -> 'vip_affected' as vip, first.said -> 'conflicts_detected' as detected
    from (
      select case
        when link.replaces is null then l.action_data
        -- מה שאמר ה-AI על הראשונה בשרשרת, שאחרים באו במקומה
        -- What the AI said of the first of the chain, the one that others took the place of
        else (
          with recursive replaced (id, n) as (
            select link.replaces, 1
            union all
            select k.replaces, r.n + 1
            from replaced as r
            join backoffice.suggestion_links as k
              on k.suggestion_id = r.id
            where k.replaces is not null
            and r.n < 1000
          )
          select o.action_data
          from replaced as r
          join public.ai_insights_log as o
            on o.id = r.id
          order by r.n desc
          limit 1
        )
      end as said
      offset 0
    ) as first
    -- Or it would be asked for each time it is used
    offset 0
  ) as told
  cross join lateral (
    select backoffice.claimed_kinds(told.detected) as claimed
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
    select
      (
        select coalesce(array_agg(distinct s.value ->> 'kind'), '{}')
        from jsonb_array_elements(case jsonb_typeof(h.seen) when 'array' then h.seen end) as s
        where s.value ->> 'kind' in ('room', 'speaker', 'capacity', 'invalid')
      ) as found,
      h.seen @? '$[*] ? (@.kind == "invalid" || @.kind == "missing")' as no_further
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

-- object: function backoffice.is_undone(uuid) -- made by ai_audit.0036_undone
CREATE OR REPLACE FUNCTION backoffice.is_undone(suggestion uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
with recursive undoing (id, n) as (
  select l.suggestion_id, 1
  from backoffice.suggestion_links as l
  where l.undoes = suggestion
  union all
  select l.suggestion_id, u.n + 1
  from undoing as u
  join backoffice.suggestion_links as l
    on l.undoes = u.id
  where u.n < 1000
)
select coalesce(max(n) % 2 = 1, false)
from undoing
$function$;
-- and:
revoke all on routine backoffice.is_undone(uuid) from public, anon, authenticated, service_role;
comment on function backoffice.is_undone(uuid) is 'Whether what it did is undone. האם מה שנעשה בוטל.';

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

-- object: function backoffice.mark_with_its_suggestion() -- made by ai_audit.0028_made_by_hand
CREATE OR REPLACE FUNCTION backoffice.mark_with_its_suggestion()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET jit TO 'off'
AS $function$
begin
  if not exists (
    select
    from public.ai_insights_log as l
    where l.id = new.suggestion_id
    and l.suggested_at >= transaction_timestamp()
    and l.execution_status = 'suggested'
  ) then
    raise exception using
      errcode = 'EF006',
      message = 'What is made by hand is marked as it is made. Nothing was changed.';
  end if;
  return new;
end
$function$;
-- and:
revoke all on routine backoffice.mark_with_its_suggestion() from public, anon, authenticated, service_role;
comment on function backoffice.mark_with_its_suggestion() is 'A mark is written with its suggestion. סימון נכתב עם ההצעה שלו.';

-- object: function backoffice.moment(text,text)
CREATE OR REPLACE FUNCTION backoffice.moment(written text, zone text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  -- היום, השעה, ההיסט ואזור הזמן
  -- The day, the time of day, the offset and the time zone
  parts constant text[] := case
    -- כפי שנכתב לרוב, בלי לפרק בביטוי
    -- As it is written mostly, taken apart without an expression, which takes ten times as long
    when written ~ (
      '^(?:19|[2-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9]'
      ':[0-5][0-9](?:[Zz]|[+-][0-9]{2}:[0-5][0-9])?$'
    )
      then array[left(written, 10), substr(written, 12, 8), nullif(substr(written, 20), ''), null]
    else regexp_match(
      btrim(written, E' \t\n\r\f\v'),
      '^((?:19|[2-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2})[Tt ]'
      '((?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?'
      '|24:00(?::00(?:[.,](?:0{1,6}|0{6}[0-9]{1,3}))?)?)'
      '(?: *([Zz]|[+-][0-9]{2}(?::?[0-5][0-9](?::?[0-5][0-9])?)?|[+-][0-9](?::[0-5][0-9]){1,2}))?'
      '(?: *\[([^][]+)\])?$'
    )
  end;
  named text;
  clock timestamp;
  at timestamptz;
  digits text;
  east interval;
  before interval;
begin
  if parts is null or parts[4] ~ '^\s*$' then
    return null;
  end if;
  clock := (
    parts[1] || ' ' || regexp_replace(replace(parts[2], ',', '.'), '(\.[0-9]{6})[0-9]+', '\1')
  )::timestamp;
  if clock >= '10000-01-01' then
    return null;
  end if;
  named := case when parts[4] is not null then backoffice.zone_name(parts[4]) end;
  if parts[4] is not null and (clock at time zone named) is null then
    return null;
  end if;
  if parts[3] is not null then
    digits := replace(substr(parts[3], 2), ':', '');
    digits := rpad(case when length(digits) % 2 = 1 then '0' else '' end || digits, 6, '0');
    east := make_interval(
      hours => substr(digits, 1, 2)::integer,
      mins => substr(digits, 3, 2)::integer,
      secs => substr(digits, 5, 2)::integer
    );
    if east >= interval '16 hours' then
      return null;
    end if;
    at := (case left(parts[3], 1) when '-' then clock + east else clock - east end)
      at time zone 'UTC';
    if parts[3] not in ('Z', 'z') and (at at time zone named) <> clock then
      return null;
    end if;
  else
    named := coalesce(named, backoffice.zone_name(zone));
    at := clock at time zone named;
    -- PostgreSQL בוחר את השני מבין שניים
    -- Of two PostgreSQL takes the second; a day earlier the clocks went as they did at the first
    before := ((at - interval '25 hours') at time zone named)
      - ((at - interval '25 hours') at time zone 'UTC');
    if before > (at at time zone named) - (at at time zone 'UTC')
    and ((clock - before) at time zone 'UTC') at time zone named = clock then
      at := (clock - before) at time zone 'UTC';
    end if;
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
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  return (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid;
end
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

-- object: function backoffice.user_org_id() -- made by ai_audit.0002_ai_insights_log
CREATE OR REPLACE FUNCTION backoffice.user_org_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
select p.organization_id
from public.user_profiles as p
where p.id = (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
$function$;
-- and:
revoke all on routine backoffice.user_org_id() from public, anon, authenticated, service_role;
comment on function backoffice.user_org_id() is 'The signed-in user''s organization; null without a profile, and then no row is in reach. הארגון של מי שמחובר; ריק בלי פרופיל, ואז אין שורה בהישג יד.';

-- object: rights of authenticated on backoffice.user_org_id()
grant execute on routine backoffice.user_org_id() to authenticated;

-- object: function backoffice.what_hangs_on(uuid[]) -- made by scheduling.0012_what_hangs_on_a_session
CREATE OR REPLACE FUNCTION backoffice.what_hangs_on(sessions uuid[])
 RETURNS TABLE(session_id uuid, relation text, entries bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  many constant real := 100000;
  referring record;
begin
  for referring in
    select
      format('%I.%I', n.nspname, t.relname) as name,
      string_agg(distinct format('r.%I = s.id', a.attname), ' or ') as refers,
      t.reltuples > many and not bool_and(exists (
        select
        from pg_catalog.pg_index as i
        where i.indrelid = t.oid
        and i.indisvalid
        and i.indkey[0] = a.attnum
      )) as is_long
    from pg_catalog.pg_class as t
    join pg_catalog.pg_namespace as n
      on n.oid = t.relnamespace
    join pg_catalog.pg_attribute as a
      on a.attrelid = t.oid
      and a.attnum > 0
      and not a.attisdropped
      and a.atttypid = 'pg_catalog.uuid'::pg_catalog.regtype
    where t.relkind in ('r', 'p')
    and not t.relispartition
    and t.oid <> 'public.participant_schedules'::pg_catalog.regclass
    and (
      exists (
        select
        from pg_catalog.pg_constraint as c
        where c.conrelid = t.oid
        and c.contype = 'f'
        and c.conparentid = 0
        and c.confrelid = 'public.schedules'::pg_catalog.regclass
        and c.conkey = array[a.attnum]
      )
      or n.nspname = 'public' and a.attname = 'schedule_id'
    )
    group by t.oid, n.nspname, t.relname, t.reltuples
    order by 1
  loop
    if referring.is_long then
      return query
      select null::uuid, referring.name, null::bigint;
    else
      return query execute format(
        'select s.id, %L::text, count(*) from unnest($1) as s (id) join %s as r on %s group by s.id',
        referring.name, referring.name, referring.refers
      )
      using sessions;
    end if;
  end loop;
end
$function$;
-- and:
revoke all on routine backoffice.what_hangs_on(uuid[]) from public, anon, authenticated, service_role;
comment on function backoffice.what_hangs_on(uuid[]) is 'How many rows of which table refer to sessions. כמה שורות מפנות למפגשים, ומאילו טבלאות.';

-- object: function backoffice.write_decision_history()
CREATE OR REPLACE FUNCTION backoffice.write_decision_history()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET jit TO 'off'
AS $function$
declare
  said text;
  told jsonb;
  claimed constant timestamptz := coalesce(new.executed_at, new.approved_at, new.created_at);
  last_number integer;
  last_hash text;
  entry backoffice.decision_history;
begin
  if (
    new.execution_status = case tg_op when 'UPDATE' then old.execution_status else 'suggested' end
  ) then
    return null;
  end if;
  said := current_setting('eventflow.decision', true);
  if said = 'by id' then
    said := current_setting('eventflow.decision_' || right(new.id::text, 1), true);
  end if;
  told := nullif(
    case
      when said like '{%' then said
      else split_part(split_part(said, E'\n' || new.id || ' ', 2), E'\n', 1)
    end,
    ''
  )::jsonb;
  select h.number, h.hash
  into last_number, last_hash
  from backoffice.decision_history as h
  where h.suggestion_id = new.id
  order by h.number desc
  limit 1;

  entry.suggestion_id := new.id;
  entry.number := coalesce(last_number, 0) + 1;
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
  entry.previous_hash := last_hash;
  entry.hash := backoffice.history_hash(entry);
  insert into backoffice.decision_history (
    suggestion_id, number, from_status, to_status, at, database_role, profile_id, staff_member_id,
    staff_profile_id, reason, seen, digest, before, after, removed, state, previous_hash, hash
  )
  values (
    entry.suggestion_id, entry.number, entry.from_status, entry.to_status, entry.at,
    entry.database_role, entry.profile_id, entry.staff_member_id, entry.staff_profile_id,
    entry.reason, entry.seen, entry.digest, entry.before, entry.after, entry.removed, entry.state,
    entry.previous_hash, entry.hash
  );
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

-- object: function backoffice.zone_name(text) -- made by ai_audit.0030_zones_and_folds
CREATE OR REPLACE FUNCTION backoffice.zone_name(written text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  name text;
  place text;
  fixed text[];
begin
  if length(written) > 64 then
    return null;
  end if;
  -- בלי מה שאינו נראה, עם רווח אחד במקום כל רווחים
  -- Without what cannot be seen, one space for all kinds of blanks
  name := regexp_replace(
    written,
    '[\u0001-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u180e'
    '\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+',
    '',
    'g'
  );
  name := btrim(regexp_replace(
    name,
    '[\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+',
    ' ',
    'g'
  ));
  -- ברירת המחדל של העמודה
  -- The column's default
  if coalesce(name, '') = '' then
    return 'Asia/Jerusalem';
  end if;
  name := regexp_replace(name, '[\u2010-\u2015\u2212]', '-', 'g');
  name := regexp_replace(name, '^[^A-Za-z0-9+-]+|[^A-Za-z0-9]+$', '', 'g');
  if name !~ '^[\u0020-\u007e]+$' then
    return null;
  end if;
  name := lower(name collate "C");

  place := replace(name, ' ', '_');
  if place ~ '^[a-z][a-z0-9_+-]*(/[a-z][a-z0-9_+-]*)+$'
  and place !~ '^(posix|right|systemv)/'
  -- Or it would be taken for one that is spelled out: Foo/Bar+3
  and (place !~ '[0-9]' or place ~ '^etc/gmt[+-]?[0-9]{1,2}$') then
    return place;
  end if;
  -- אלה גם קיצורים, ו-PostgreSQL היה קורא אותם כך: בלי שעון קיץ
  -- These are abbreviations as well, and would be read as such: without summer time
  case place
    when 'cet' then return 'Europe/Brussels';
    when 'eet' then return 'Europe/Athens';
    when 'est' then return 'America/Panama';
    when 'hst' then return 'Pacific/Honolulu';
    when 'met' then return 'Europe/Brussels';
    when 'mst' then return 'America/Phoenix';
    when 'wet' then return 'Europe/Lisbon';
    else null;
  end case;
  if place = any (
    array[
      'cst6cdt', 'cuba', 'egypt', 'eire', 'est5edt', 'gb', 'gb-eire', 'gmt', 'gmt+0', 'gmt-0',
      'gmt0', 'greenwich', 'hongkong', 'iceland', 'iran', 'israel', 'jamaica', 'japan',
      'kwajalein', 'libya', 'mst7mdt', 'navajo', 'nz', 'nz-chat', 'poland', 'portugal', 'prc',
      'pst8pdt', 'roc', 'rok', 'singapore', 'turkey', 'uct', 'universal', 'utc', 'w-su', 'zulu'
    ]
  ) then
    return place;
  end if;

  -- השמות של Windows
  -- The names that Windows gives
  place := case name
    when 'afghanistan standard time' then 'Asia/Kabul'
    when 'alaskan standard time' then 'America/Anchorage'
    when 'alberta standard time' then 'America/Edmonton'
    when 'aleutian standard time' then 'America/Adak'
    when 'altai standard time' then 'Asia/Barnaul'
    when 'arab standard time' then 'Asia/Riyadh'
    when 'arabian standard time' then 'Asia/Dubai'
    when 'arabic standard time' then 'Asia/Baghdad'
    when 'argentina standard time' then 'America/Buenos_Aires'
    when 'astrakhan standard time' then 'Europe/Astrakhan'
    when 'atlantic standard time' then 'America/Halifax'
    when 'aus central standard time' then 'Australia/Darwin'
    when 'aus central w. standard time' then 'Australia/Eucla'
    when 'aus eastern standard time' then 'Australia/Sydney'
    when 'azerbaijan standard time' then 'Asia/Baku'
    when 'azores standard time' then 'Atlantic/Azores'
    when 'bahia standard time' then 'America/Bahia'
    when 'bangladesh standard time' then 'Asia/Dhaka'
    when 'belarus standard time' then 'Europe/Minsk'
    when 'bougainville standard time' then 'Pacific/Bougainville'
    when 'british columbia standard time' then 'America/Vancouver'
    when 'canada central standard time' then 'America/Regina'
    when 'cape verde standard time' then 'Atlantic/Cape_Verde'
    when 'caucasus standard time' then 'Asia/Yerevan'
    when 'cen. australia standard time' then 'Australia/Adelaide'
    when 'central america standard time' then 'America/Guatemala'
    when 'central asia standard time' then 'Asia/Bishkek'
    when 'central brazilian standard time' then 'America/Cuiaba'
    when 'central europe standard time' then 'Europe/Budapest'
    when 'central european standard time' then 'Europe/Warsaw'
    when 'central pacific standard time' then 'Pacific/Guadalcanal'
    when 'central standard time' then 'America/Chicago'
    when 'central standard time (mexico' then 'America/Mexico_City'
    when 'chatham islands standard time' then 'Pacific/Chatham'
    when 'china standard time' then 'Asia/Shanghai'
    when 'cuba standard time' then 'America/Havana'
    when 'dateline standard time' then 'Etc/GMT+12'
    when 'e. africa standard time' then 'Africa/Nairobi'
    when 'e. australia standard time' then 'Australia/Brisbane'
    when 'e. europe standard time' then 'Europe/Chisinau'
    when 'e. south america standard time' then 'America/Sao_Paulo'
    when 'easter island standard time' then 'Pacific/Easter'
    when 'eastern standard time' then 'America/New_York'
    when 'eastern standard time (mexico' then 'America/Cancun'
    when 'egypt standard time' then 'Africa/Cairo'
    when 'ekaterinburg standard time' then 'Asia/Yekaterinburg'
    when 'fiji standard time' then 'Pacific/Fiji'
    when 'fle standard time' then 'Europe/Kiev'
    when 'georgian standard time' then 'Asia/Tbilisi'
    when 'gmt standard time' then 'Europe/London'
    when 'greenland standard time' then 'America/Godthab'
    when 'greenwich standard time' then 'Atlantic/Reykjavik'
    when 'gtb standard time' then 'Europe/Bucharest'
    when 'haiti standard time' then 'America/Port-au-Prince'
    when 'hawaiian standard time' then 'Pacific/Honolulu'
    when 'india standard time' then 'Asia/Calcutta'
    when 'iran standard time' then 'Asia/Tehran'
    when 'israel standard time' then 'Asia/Jerusalem'
    when 'jordan standard time' then 'Asia/Amman'
    when 'kaliningrad standard time' then 'Europe/Kaliningrad'
    when 'korea standard time' then 'Asia/Seoul'
    when 'libya standard time' then 'Africa/Tripoli'
    when 'line islands standard time' then 'Pacific/Kiritimati'
    when 'lord howe standard time' then 'Australia/Lord_Howe'
    when 'magadan standard time' then 'Asia/Magadan'
    when 'magallanes standard time' then 'America/Punta_Arenas'
    when 'manitoba standard time' then 'America/Winnipeg'
    when 'marquesas standard time' then 'Pacific/Marquesas'
    when 'mauritius standard time' then 'Indian/Mauritius'
    when 'middle east standard time' then 'Asia/Beirut'
    when 'montevideo standard time' then 'America/Montevideo'
    when 'morocco standard time' then 'Africa/Casablanca'
    when 'mountain standard time' then 'America/Denver'
    when 'mountain standard time (mexico' then 'America/Mazatlan'
    when 'myanmar standard time' then 'Asia/Rangoon'
    when 'n. central asia standard time' then 'Asia/Novosibirsk'
    when 'namibia standard time' then 'Africa/Windhoek'
    when 'nepal standard time' then 'Asia/Katmandu'
    when 'new zealand standard time' then 'Pacific/Auckland'
    when 'newfoundland standard time' then 'America/St_Johns'
    when 'norfolk standard time' then 'Pacific/Norfolk'
    when 'north asia east standard time' then 'Asia/Irkutsk'
    when 'north asia standard time' then 'Asia/Krasnoyarsk'
    when 'north korea standard time' then 'Asia/Pyongyang'
    when 'omsk standard time' then 'Asia/Omsk'
    when 'pacific sa standard time' then 'America/Santiago'
    when 'pacific standard time' then 'America/Los_Angeles'
    when 'pacific standard time (mexico' then 'America/Tijuana'
    when 'pakistan standard time' then 'Asia/Karachi'
    when 'paraguay standard time' then 'America/Asuncion'
    when 'qyzylorda standard time' then 'Asia/Qyzylorda'
    when 'romance standard time' then 'Europe/Paris'
    when 'russia time zone 10' then 'Asia/Srednekolymsk'
    when 'russia time zone 11' then 'Asia/Kamchatka'
    when 'russia time zone 3' then 'Europe/Samara'
    when 'russian standard time' then 'Europe/Moscow'
    when 'sa eastern standard time' then 'America/Cayenne'
    when 'sa pacific standard time' then 'America/Bogota'
    when 'sa western standard time' then 'America/La_Paz'
    when 'saint pierre standard time' then 'America/Miquelon'
    when 'sakhalin standard time' then 'Asia/Sakhalin'
    when 'samoa standard time' then 'Pacific/Apia'
    when 'sao tome standard time' then 'Africa/Sao_Tome'
    when 'saratov standard time' then 'Europe/Saratov'
    when 'se asia standard time' then 'Asia/Bangkok'
    when 'singapore standard time' then 'Asia/Singapore'
    when 'south africa standard time' then 'Africa/Johannesburg'
    when 'south sudan standard time' then 'Africa/Juba'
    when 'sri lanka standard time' then 'Asia/Colombo'
    when 'sudan standard time' then 'Africa/Khartoum'
    when 'syria standard time' then 'Asia/Damascus'
    when 'taipei standard time' then 'Asia/Taipei'
    when 'tasmania standard time' then 'Australia/Hobart'
    when 'tocantins standard time' then 'America/Araguaina'
    when 'tokyo standard time' then 'Asia/Tokyo'
    when 'tomsk standard time' then 'Asia/Tomsk'
    when 'tonga standard time' then 'Pacific/Tongatapu'
    when 'transbaikal standard time' then 'Asia/Chita'
    when 'turkey standard time' then 'Europe/Istanbul'
    when 'turks and caicos standard time' then 'America/Grand_Turk'
    when 'ulaanbaatar standard time' then 'Asia/Ulaanbaatar'
    when 'us eastern standard time' then 'America/Indianapolis'
    when 'us mountain standard time' then 'America/Phoenix'
    when 'utc+12' then 'Etc/GMT-12'
    when 'utc+13' then 'Etc/GMT-13'
    when 'utc-02' then 'Etc/GMT+2'
    when 'utc-08' then 'Etc/GMT+8'
    when 'utc-09' then 'Etc/GMT+9'
    when 'utc-11' then 'Etc/GMT+11'
    when 'venezuela standard time' then 'America/Caracas'
    when 'vladivostok standard time' then 'Asia/Vladivostok'
    when 'volgograd standard time' then 'Europe/Volgograd'
    when 'w. australia standard time' then 'Australia/Perth'
    when 'w. central africa standard time' then 'Africa/Lagos'
    when 'w. europe standard time' then 'Europe/Berlin'
    when 'w. mongolia standard time' then 'Asia/Hovd'
    when 'west asia standard time' then 'Asia/Tashkent'
    when 'west bank standard time' then 'Asia/Hebron'
    when 'west pacific standard time' then 'Pacific/Port_Moresby'
    when 'yakutsk standard time' then 'Asia/Yakutsk'
    when 'yukon standard time' then 'America/Whitehorse'
  end;
  if place is not null then
    return place;
  end if;

  -- היסט קבוע, מזרחה מגריניץ'; ב-POSIX הסימן הפוך
  -- A fixed offset, east of Greenwich; POSIX has the sign the other way
  if name = 'z' then
    return 'utc';
  end if;
  fixed := regexp_match(name, '^(?:utc|gmt)? ?([+-]) ?([0-9]{1,2})(?::?([0-5][0-9]))?$');
  if fixed is null then
    return null;
  end if;
  fixed[2] := lpad(fixed[2], 2, '0');
  fixed[3] := coalesce(fixed[3], '00');
  if (fixed[2] || fixed[3] > case fixed[1] when '-' then '1200' else '1400' end collate "C") then
    return null;
  end if;
  return '<' || fixed[1] || fixed[2] || fixed[3] || '>'
    || translate(fixed[1], '+-', '-+') || fixed[2] || ':' || fixed[3];
end
$function$;
-- and:
revoke all on routine backoffice.zone_name(text) from public, anon, authenticated, service_role;
comment on function backoffice.zone_name(text) is 'The time zone that is beyond doubt meant, NULL for none. אזור הזמן שאליו התכוונו, NULL כשיש ספק.';

-- object: function public.check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid) -- made by scheduling.0003_speaker_conflicts
CREATE OR REPLACE FUNCTION public.check_speaker_conflicts(p_event_id uuid, p_speaker_name text, p_start_time timestamp with time zone, p_end_time timestamp with time zone, p_exclude_schedule_id uuid DEFAULT NULL::uuid)
 RETURNS TABLE(conflict_id uuid, conflict_title text, conflict_start timestamp with time zone, conflict_end timestamp with time zone)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'extensions', 'pg_temp'
AS $function$
declare
  speaker constant pg_catalog.text := public.name_key(p_speaker_name);
  standing pg_catalog.text;
  are_listed boolean;
begin
  if speaker = '' or p_end_time <= p_start_time then
    return;
  end if;
  -- What the product has of these, of the types that are meant, and the caller may read, is asked;
  -- nothing else can be. A domain is what it is made of.
  select coalesce(
    string_agg(
      case a.attname
        when 'is_deleted' then ' and e.is_deleted is not true'
        else ' and e.deleted_at is null'
      end,
      ''
    ),
    ''
  )
  into standing
  from (values
    ('is_deleted', array['boolean']),
    ('deleted_at', array['timestamp with time zone', 'timestamp without time zone', 'date'])
  ) as asked (name, types)
  join pg_catalog.pg_attribute as a
    on a.attrelid = 'public.schedules'::pg_catalog.regclass
    and a.attname = asked.name
    and a.attnum > 0
    and not a.attisdropped
    and has_column_privilege(a.attrelid, a.attnum, 'select')
  join pg_catalog.pg_type as t
    on t.oid = a.atttypid
    and format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null) = any (asked.types);
  select count(*) = 4
  into are_listed
  from (values
    ('public.session_speakers', 'schedule_id', array['uuid']),
    ('public.session_speakers', 'speaker_id', array['uuid']),
    ('public.speakers', 'id', array['uuid']),
    ('public.speakers', 'full_name', array['text', 'character varying'])
  ) as asked (relation, name, types)
  join pg_catalog.pg_class as c
    on c.oid = to_regclass(asked.relation)
    and c.relkind in ('r', 'p')
  join pg_catalog.pg_attribute as a
    on a.attrelid = c.oid
    and a.attname = asked.name
    and a.attnum > 0
    and not a.attisdropped
    and has_column_privilege(a.attrelid, a.attnum, 'select')
  join pg_catalog.pg_type as t
    on t.oid = a.atttypid
    and format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null) = any (asked.types);
  return query execute format(
    $query$
    select
      s.id,
      s.title,
      s.start_time,
      s.end_time
    from (
      -- By event and time first, so that few names are asked for their key.
      select
        e.id,
        e.title,
        e.start_time,
        e.end_time,
        e.speaker_name
      from public.schedules as e
      where e.event_id = $1
      and e.speaker_name is not null
      and e.start_time < $4
      and e.end_time > $3
      and e.start_time < e.end_time
      and ($5 is null or e.id <> $5)
      %1$s
      offset 0
    ) as s
    where public.name_key(s.speaker_name) = $2 collate "C"
    %2$s
    order by 3, 1
    $query$,
    standing,
    case
      when are_listed then format(
        $query$
        union
        select
          s.id,
          s.title,
          s.start_time,
          s.end_time
        from (
          select
            e.id,
            e.title,
            e.start_time,
            e.end_time,
            l.speaker_id
          from public.schedules as e
          join public.session_speakers as l
            on l.schedule_id = e.id
          where e.event_id = $1
          and e.start_time < $4
          and e.end_time > $3
          and e.start_time < e.end_time
          and ($5 is null or e.id <> $5)
          %1$s
          offset 0
        ) as s
        cross join lateral (
          select p.full_name
          from public.speakers as p
          where p.id = s.speaker_id
          offset 0
        ) as listed
        where public.name_key(listed.full_name) = $2 collate "C"
        $query$,
        standing
      )
    end
  )
  using p_event_id, speaker, p_start_time, p_end_time, p_exclude_schedule_id;
end
$function$;
-- and:
revoke all on routine public.check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid) from public, anon, authenticated, service_role;
comment on function public.check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid) is 'Other sessions that stand of the speaker, by the key of names or listed, in the event that overlap the half-open time given. מפגשים אחרים של הדובר, לפי מפתח השמות או הרשימה, באירוע שחופפים לזמן הנתון.';

-- object: rights of authenticated on public.check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid)
grant execute on routine public.check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid) to authenticated;

-- object: rights of service_role on public.check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid)
grant execute on routine public.check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid) to service_role;

-- object: function public.name_key(text) -- made by scheduling.0007_name_key
CREATE OR REPLACE FUNCTION public.name_key(spelled text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  -- The letters of ASCII are folded by the collation C alike on every server.
  key text collate "C" := lower(spelled collate "C");
begin
  -- Hebrew and English as they are mostly typed need no more than the last lines.
  if key !~ '^[ -~\u00a0\u05be\u05d0-\u05ea\u05f3\u05f4\u2013\u2014\u2018\u2019\u201c\u201d]*$' then
    key := lower(normalize(key, nfkd));
    -- What is not seen, and the points of Hebrew.
    key := regexp_replace(
      key,
      '[\u0001-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f-\u1160'
      '\u17b4-\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff'
      '\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]',
      '',
      'g'
    );
    key := regexp_replace(
      key,
      '[\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\ufb1e]',
      '',
      'g'
    );
    key := regexp_replace(
      key,
      '[\u0009-\u000d\u001c-\u001f\u0085\u1680\u2028-\u2029\u2800]',
      ' ',
      'g'
    );
    -- Accents that stand alone are typed for other marks.
    key := regexp_replace(key, ' [\u0300\u0301\u0313\u0314]', '''', 'g');
    key := replace(key, e' \u030b', '"');
    -- Case, by script; an i has its dot already.
    if key ~ '[\u00c6-\u024e]' then
      key := translate(
        key,
        e'\u00c6\u00d0\u00d8\u00de\u0110\u0126\u0141\u014a\u0152\u0166\u0181\u0182\u0184\u0186'
        '\u0187\u0189\u018a\u018b\u018e\u018f\u0190\u0191\u0193\u0194\u0196\u0197\u0198\u019c'
        '\u019d\u019f\u01a2\u01a4\u01a6\u01a7\u01a9\u01ac\u01ae\u01b1\u01b2\u01b3\u01b5\u01b7'
        '\u01b8\u01bc\u01e4\u01f6\u01f7\u021c\u0220\u0222\u0224\u023a\u023b\u023d\u023e\u0241'
        '\u0243\u0244\u0245\u0246\u0248\u024a\u024c\u024e',
        e'\u00e6\u00f0\u00f8\u00fe\u0111\u0127\u0142\u014b\u0153\u0167\u0253\u0183\u0185\u0254'
        '\u0188\u0256\u0257\u018c\u01dd\u0259\u025b\u0192\u0260\u0263\u0269\u0268\u0199\u026f'
        '\u0272\u0275\u01a3\u01a5\u0280\u01a8\u0283\u01ad\u0288\u028a\u028b\u01b4\u01b6\u0292'
        '\u01b9\u01bd\u01e5\u0195\u01bf\u021d\u019e\u0223\u0225\u2c65\u023c\u019a\u2c66\u0242'
        '\u0180\u0289\u028c\u0247\u0249\u024b\u024d\u024f'
      );
      key := replace(key, e'\u00df', 'ss');
    end if;
    if key ~ '[\u1e9e\u05f0-\u05f2]' then
      key := replace(key, e'\u1e9e', 'ss');
      key := replace(key, e'\u05f0', e'\u05d5\u05d5');
      key := replace(key, e'\u05f1', e'\u05d5\u05d9');
      key := replace(key, e'\u05f2', e'\u05d9\u05d9');
    end if;
    if key ~ '[\u0307\u0345-\u03ff]' then
      key := translate(
        key,
        e'\u0345\u0370\u0372\u0376\u037f\u0391\u0392\u0393\u0394\u0395\u0396\u0397\u0398\u0399'
        '\u039a\u039b\u039c\u039d\u039e\u039f\u03a0\u03a1\u03a3\u03a4\u03a5\u03a6\u03a7\u03a8'
        '\u03a9\u03c2\u03cf\u03d8\u03da\u03dc\u03de\u03e0\u03e2\u03e4\u03e6\u03e8\u03ea\u03ec'
        '\u03ee\u03f7\u03fa\u03fd\u03fe\u03ff',
        e'\u03b9\u0371\u0373\u0377\u03f3\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b8\u03b9'
        '\u03ba\u03bb\u03bc\u03bd\u03be\u03bf\u03c0\u03c1\u03c3\u03c4\u03c5\u03c6\u03c7\u03c8'
        '\u03c9\u03c3\u03d7\u03d9\u03db\u03dd\u03df\u03e1\u03e3\u03e5\u03e7\u03e9\u03eb\u03ed'
        '\u03ef\u03f8\u03fb\u037b\u037c\u037d'
      );
      key := regexp_replace(key, 'i\u0307+', 'i', 'g');
    end if;
    if key ~ '[\u0402-\u052e]' then
      key := translate(
        key,
        e'\u0402\u0404\u0405\u0406\u0408\u0409\u040a\u040b\u040f\u0410\u0411\u0412\u0413\u0414'
        '\u0415\u0416\u0417\u0418\u041a\u041b\u041c\u041d\u041e\u041f\u0420\u0421\u0422\u0423'
        '\u0424\u0425\u0426\u0427\u0428\u0429\u042a\u042b\u042c\u042d\u042e\u042f\u0460\u0462'
        '\u0464\u0466\u0468\u046a\u046c\u046e\u0470\u0472\u0474\u0478\u047a\u047c\u047e\u0480'
        '\u048a\u048c\u048e\u0490\u0492\u0494\u0496\u0498\u049a\u049c\u049e\u04a0\u04a2\u04a4'
        '\u04a6\u04a8\u04aa\u04ac\u04ae\u04b0\u04b2\u04b4\u04b6\u04b8\u04ba\u04bc\u04be\u04c0'
        '\u04c3\u04c5\u04c7\u04c9\u04cb\u04cd\u04d4\u04d8\u04e0\u04e8\u04f6\u04fa\u04fc\u04fe'
        '\u0500\u0502\u0504\u0506\u0508\u050a\u050c\u050e\u0510\u0512\u0514\u0516\u0518\u051a'
        '\u051c\u051e\u0520\u0522\u0524\u0526\u0528\u052a\u052c\u052e',
        e'\u0452\u0454\u0455\u0456\u0458\u0459\u045a\u045b\u045f\u0430\u0431\u0432\u0433\u0434'
        '\u0435\u0436\u0437\u0438\u043a\u043b\u043c\u043d\u043e\u043f\u0440\u0441\u0442\u0443'
        '\u0444\u0445\u0446\u0447\u0448\u0449\u044a\u044b\u044c\u044d\u044e\u044f\u0461\u0463'
        '\u0465\u0467\u0469\u046b\u046d\u046f\u0471\u0473\u0475\u0479\u047b\u047d\u047f\u0481'
        '\u048b\u048d\u048f\u0491\u0493\u0495\u0497\u0499\u049b\u049d\u049f\u04a1\u04a3\u04a5'
        '\u04a7\u04a9\u04ab\u04ad\u04af\u04b1\u04b3\u04b5\u04b7\u04b9\u04bb\u04bd\u04bf\u04cf'
        '\u04c4\u04c6\u04c8\u04ca\u04cc\u04ce\u04d5\u04d9\u04e1\u04e9\u04f7\u04fb\u04fd\u04ff'
        '\u0501\u0503\u0505\u0507\u0509\u050b\u050d\u050f\u0511\u0513\u0515\u0517\u0519\u051b'
        '\u051d\u051f\u0521\u0523\u0525\u0527\u0529\u052b\u052d\u052f'
      );
    end if;
    if key ~ '[\u0531-\u0556\u10a0-\u1efe\u2132-\u2cf2\ua640-\uabbf\U00010400-\U0001e921]' then
      key := translate(
        key,
        e'\u0531\u0532\u0533\u0534\u0535\u0536\u0537\u0538\u0539\u053a\u053b\u053c\u053d\u053e'
        '\u053f\u0540\u0541\u0542\u0543\u0544\u0545\u0546\u0547\u0548\u0549\u054a\u054b\u054c'
        '\u054d\u054e\u054f\u0550\u0551\u0552\u0553\u0554\u0555\u0556\u10a0\u10a1\u10a2\u10a3'
        '\u10a4\u10a5\u10a6\u10a7\u10a8\u10a9\u10aa\u10ab\u10ac\u10ad\u10ae\u10af\u10b0\u10b1'
        '\u10b2\u10b3\u10b4\u10b5\u10b6\u10b7\u10b8\u10b9\u10ba\u10bb\u10bc\u10bd\u10be\u10bf'
        '\u10c0\u10c1\u10c2\u10c3\u10c4\u10c5\u10c7\u10cd\u13f8\u13f9\u13fa\u13fb\u13fc\u13fd'
        '\u1c80\u1c81\u1c82\u1c83\u1c84\u1c85\u1c86\u1c87\u1c88\u1c90\u1c91\u1c92\u1c93\u1c94'
        '\u1c95\u1c96\u1c97\u1c98\u1c99\u1c9a\u1c9b\u1c9c\u1c9d\u1c9e\u1c9f\u1ca0\u1ca1\u1ca2'
        '\u1ca3\u1ca4\u1ca5\u1ca6\u1ca7\u1ca8\u1ca9\u1caa\u1cab\u1cac\u1cad\u1cae\u1caf\u1cb0'
        '\u1cb1\u1cb2\u1cb3\u1cb4\u1cb5\u1cb6\u1cb7\u1cb8\u1cb9\u1cba\u1cbd\u1cbe\u1cbf\u1efa'
        '\u1efc\u1efe\u2132\u2183\u2c00\u2c01\u2c02\u2c03\u2c04\u2c05\u2c06\u2c07\u2c08\u2c09'
        '\u2c0a\u2c0b\u2c0c\u2c0d\u2c0e\u2c0f\u2c10\u2c11\u2c12\u2c13\u2c14\u2c15\u2c16\u2c17'
        '\u2c18\u2c19\u2c1a\u2c1b\u2c1c\u2c1d\u2c1e\u2c1f\u2c20\u2c21\u2c22\u2c23\u2c24\u2c25'
        '\u2c26\u2c27\u2c28\u2c29\u2c2a\u2c2b\u2c2c\u2c2d\u2c2e\u2c2f\u2c60\u2c62\u2c63\u2c64'
        '\u2c67\u2c69\u2c6b\u2c6d\u2c6e\u2c6f\u2c70\u2c72\u2c75\u2c7e\u2c7f\u2c80\u2c82\u2c84'
        '\u2c86\u2c88\u2c8a\u2c8c\u2c8e\u2c90\u2c92\u2c94\u2c96\u2c98\u2c9a\u2c9c\u2c9e\u2ca0'
        '\u2ca2\u2ca4\u2ca6\u2ca8\u2caa\u2cac\u2cae\u2cb0\u2cb2\u2cb4\u2cb6\u2cb8\u2cba\u2cbc'
        '\u2cbe\u2cc0\u2cc2\u2cc4\u2cc6\u2cc8\u2cca\u2ccc\u2cce\u2cd0\u2cd2\u2cd4\u2cd6\u2cd8'
        '\u2cda\u2cdc\u2cde\u2ce0\u2ce2\u2ceb\u2ced\u2cf2\ua640\ua642\ua644\ua646\ua648\ua64a'
        '\ua64c\ua64e\ua650\ua652\ua654\ua656\ua658\ua65a\ua65c\ua65e\ua660\ua662\ua664\ua666'
        '\ua668\ua66a\ua66c\ua680\ua682\ua684\ua686\ua688\ua68a\ua68c\ua68e\ua690\ua692\ua694'
        '\ua696\ua698\ua69a\ua722\ua724\ua726\ua728\ua72a\ua72c\ua72e\ua732\ua734\ua736\ua738'
        '\ua73a\ua73c\ua73e\ua740\ua742\ua744\ua746\ua748\ua74a\ua74c\ua74e\ua750\ua752\ua754'
        '\ua756\ua758\ua75a\ua75c\ua75e\ua760\ua762\ua764\ua766\ua768\ua76a\ua76c\ua76e\ua779'
        '\ua77b\ua77d\ua77e\ua780\ua782\ua784\ua786\ua78b\ua78d\ua790\ua792\ua796\ua798\ua79a'
        '\ua79c\ua79e\ua7a0\ua7a2\ua7a4\ua7a6\ua7a8\ua7aa\ua7ab\ua7ac\ua7ad\ua7ae\ua7b0\ua7b1'
        '\ua7b2\ua7b3\ua7b4\ua7b6\ua7b8\ua7ba\ua7bc\ua7be\ua7c0\ua7c2\ua7c4\ua7c5\ua7c6\ua7c7'
        '\ua7c9\ua7d0\ua7d6\ua7d8\ua7f5\uab70\uab71\uab72\uab73\uab74\uab75\uab76\uab77\uab78'
        '\uab79\uab7a\uab7b\uab7c\uab7d\uab7e\uab7f\uab80\uab81\uab82\uab83\uab84\uab85\uab86'
        '\uab87\uab88\uab89\uab8a\uab8b\uab8c\uab8d\uab8e\uab8f\uab90\uab91\uab92\uab93\uab94'
        '\uab95\uab96\uab97\uab98\uab99\uab9a\uab9b\uab9c\uab9d\uab9e\uab9f\uaba0\uaba1\uaba2'
        '\uaba3\uaba4\uaba5\uaba6\uaba7\uaba8\uaba9\uabaa\uabab\uabac\uabad\uabae\uabaf\uabb0'
        '\uabb1\uabb2\uabb3\uabb4\uabb5\uabb6\uabb7\uabb8\uabb9\uabba\uabbb\uabbc\uabbd\uabbe'
        '\uabbf\U00010400\U00010401\U00010402\U00010403\U00010404\U00010405\U00010406\U00010407'
        '\U00010408\U00010409\U0001040a\U0001040b\U0001040c\U0001040d\U0001040e\U0001040f'
        '\U00010410\U00010411\U00010412\U00010413\U00010414\U00010415\U00010416\U00010417'
        '\U00010418\U00010419\U0001041a\U0001041b\U0001041c\U0001041d\U0001041e\U0001041f'
        '\U00010420\U00010421\U00010422\U00010423\U00010424\U00010425\U00010426\U00010427'
        '\U000104b0\U000104b1\U000104b2\U000104b3\U000104b4\U000104b5\U000104b6\U000104b7'
        '\U000104b8\U000104b9\U000104ba\U000104bb\U000104bc\U000104bd\U000104be\U000104bf'
        '\U000104c0\U000104c1\U000104c2\U000104c3\U000104c4\U000104c5\U000104c6\U000104c7'
        '\U000104c8\U000104c9\U000104ca\U000104cb\U000104cc\U000104cd\U000104ce\U000104cf'
        '\U000104d0\U000104d1\U000104d2\U000104d3\U00010570\U00010571\U00010572\U00010573'
        '\U00010574\U00010575\U00010576\U00010577\U00010578\U00010579\U0001057a\U0001057c'
        '\U0001057d\U0001057e\U0001057f\U00010580\U00010581\U00010582\U00010583\U00010584'
        '\U00010585\U00010586\U00010587\U00010588\U00010589\U0001058a\U0001058c\U0001058d'
        '\U0001058e\U0001058f\U00010590\U00010591\U00010592\U00010594\U00010595\U00010c80'
        '\U00010c81\U00010c82\U00010c83\U00010c84\U00010c85\U00010c86\U00010c87\U00010c88'
        '\U00010c89\U00010c8a\U00010c8b\U00010c8c\U00010c8d\U00010c8e\U00010c8f\U00010c90'
        '\U00010c91\U00010c92\U00010c93\U00010c94\U00010c95\U00010c96\U00010c97\U00010c98'
        '\U00010c99\U00010c9a\U00010c9b\U00010c9c\U00010c9d\U00010c9e\U00010c9f\U00010ca0'
        '\U00010ca1\U00010ca2\U00010ca3\U00010ca4\U00010ca5\U00010ca6\U00010ca7\U00010ca8'
        '\U00010ca9\U00010caa\U00010cab\U00010cac\U00010cad\U00010cae\U00010caf\U00010cb0'
        '\U00010cb1\U00010cb2\U000118a0\U000118a1\U000118a2\U000118a3\U000118a4\U000118a5'
        '\U000118a6\U000118a7\U000118a8\U000118a9\U000118aa\U000118ab\U000118ac\U000118ad'
        '\U000118ae\U000118af\U000118b0\U000118b1\U000118b2\U000118b3\U000118b4\U000118b5'
        '\U000118b6\U000118b7\U000118b8\U000118b9\U000118ba\U000118bb\U000118bc\U000118bd'
        '\U000118be\U000118bf\U00016e40\U00016e41\U00016e42\U00016e43\U00016e44\U00016e45'
        '\U00016e46\U00016e47\U00016e48\U00016e49\U00016e4a\U00016e4b\U00016e4c\U00016e4d'
        '\U00016e4e\U00016e4f\U00016e50\U00016e51\U00016e52\U00016e53\U00016e54\U00016e55'
        '\U00016e56\U00016e57\U00016e58\U00016e59\U00016e5a\U00016e5b\U00016e5c\U00016e5d'
        '\U00016e5e\U00016e5f\U0001e900\U0001e901\U0001e902\U0001e903\U0001e904\U0001e905'
        '\U0001e906\U0001e907\U0001e908\U0001e909\U0001e90a\U0001e90b\U0001e90c\U0001e90d'
        '\U0001e90e\U0001e90f\U0001e910\U0001e911\U0001e912\U0001e913\U0001e914\U0001e915'
        '\U0001e916\U0001e917\U0001e918\U0001e919\U0001e91a\U0001e91b\U0001e91c\U0001e91d'
        '\U0001e91e\U0001e91f\U0001e920\U0001e921',
        e'\u0561\u0562\u0563\u0564\u0565\u0566\u0567\u0568\u0569\u056a\u056b\u056c\u056d\u056e'
        '\u056f\u0570\u0571\u0572\u0573\u0574\u0575\u0576\u0577\u0578\u0579\u057a\u057b\u057c'
        '\u057d\u057e\u057f\u0580\u0581\u0582\u0583\u0584\u0585\u0586\u2d00\u2d01\u2d02\u2d03'
        '\u2d04\u2d05\u2d06\u2d07\u2d08\u2d09\u2d0a\u2d0b\u2d0c\u2d0d\u2d0e\u2d0f\u2d10\u2d11'
        '\u2d12\u2d13\u2d14\u2d15\u2d16\u2d17\u2d18\u2d19\u2d1a\u2d1b\u2d1c\u2d1d\u2d1e\u2d1f'
        '\u2d20\u2d21\u2d22\u2d23\u2d24\u2d25\u2d27\u2d2d\u13f0\u13f1\u13f2\u13f3\u13f4\u13f5'
        '\u0432\u0434\u043e\u0441\u0442\u0442\u044a\u0463\ua64b\u10d0\u10d1\u10d2\u10d3\u10d4'
        '\u10d5\u10d6\u10d7\u10d8\u10d9\u10da\u10db\u10dc\u10dd\u10de\u10df\u10e0\u10e1\u10e2'
        '\u10e3\u10e4\u10e5\u10e6\u10e7\u10e8\u10e9\u10ea\u10eb\u10ec\u10ed\u10ee\u10ef\u10f0'
        '\u10f1\u10f2\u10f3\u10f4\u10f5\u10f6\u10f7\u10f8\u10f9\u10fa\u10fd\u10fe\u10ff\u1efb'
        '\u1efd\u1eff\u214e\u2184\u2c30\u2c31\u2c32\u2c33\u2c34\u2c35\u2c36\u2c37\u2c38\u2c39'
        '\u2c3a\u2c3b\u2c3c\u2c3d\u2c3e\u2c3f\u2c40\u2c41\u2c42\u2c43\u2c44\u2c45\u2c46\u2c47'
        '\u2c48\u2c49\u2c4a\u2c4b\u2c4c\u2c4d\u2c4e\u2c4f\u2c50\u2c51\u2c52\u2c53\u2c54\u2c55'
        '\u2c56\u2c57\u2c58\u2c59\u2c5a\u2c5b\u2c5c\u2c5d\u2c5e\u2c5f\u2c61\u026b\u1d7d\u027d'
        '\u2c68\u2c6a\u2c6c\u0251\u0271\u0250\u0252\u2c73\u2c76\u023f\u0240\u2c81\u2c83\u2c85'
        '\u2c87\u2c89\u2c8b\u2c8d\u2c8f\u2c91\u2c93\u2c95\u2c97\u2c99\u2c9b\u2c9d\u2c9f\u2ca1'
        '\u2ca3\u2ca5\u2ca7\u2ca9\u2cab\u2cad\u2caf\u2cb1\u2cb3\u2cb5\u2cb7\u2cb9\u2cbb\u2cbd'
        '\u2cbf\u2cc1\u2cc3\u2cc5\u2cc7\u2cc9\u2ccb\u2ccd\u2ccf\u2cd1\u2cd3\u2cd5\u2cd7\u2cd9'
        '\u2cdb\u2cdd\u2cdf\u2ce1\u2ce3\u2cec\u2cee\u2cf3\ua641\ua643\ua645\ua647\ua649\ua64b'
        '\ua64d\ua64f\ua651\ua653\ua655\ua657\ua659\ua65b\ua65d\ua65f\ua661\ua663\ua665\ua667'
        '\ua669\ua66b\ua66d\ua681\ua683\ua685\ua687\ua689\ua68b\ua68d\ua68f\ua691\ua693\ua695'
        '\ua697\ua699\ua69b\ua723\ua725\ua727\ua729\ua72b\ua72d\ua72f\ua733\ua735\ua737\ua739'
        '\ua73b\ua73d\ua73f\ua741\ua743\ua745\ua747\ua749\ua74b\ua74d\ua74f\ua751\ua753\ua755'
        '\ua757\ua759\ua75b\ua75d\ua75f\ua761\ua763\ua765\ua767\ua769\ua76b\ua76d\ua76f\ua77a'
        '\ua77c\u1d79\ua77f\ua781\ua783\ua785\ua787\ua78c\u0265\ua791\ua793\ua797\ua799\ua79b'
        '\ua79d\ua79f\ua7a1\ua7a3\ua7a5\ua7a7\ua7a9\u0266\u025c\u0261\u026c\u026a\u029e\u0287'
        '\u029d\uab53\ua7b5\ua7b7\ua7b9\ua7bb\ua7bd\ua7bf\ua7c1\ua7c3\ua794\u0282\u1d8e\ua7c8'
        '\ua7ca\ua7d1\ua7d7\ua7d9\ua7f6\u13a0\u13a1\u13a2\u13a3\u13a4\u13a5\u13a6\u13a7\u13a8'
        '\u13a9\u13aa\u13ab\u13ac\u13ad\u13ae\u13af\u13b0\u13b1\u13b2\u13b3\u13b4\u13b5\u13b6'
        '\u13b7\u13b8\u13b9\u13ba\u13bb\u13bc\u13bd\u13be\u13bf\u13c0\u13c1\u13c2\u13c3\u13c4'
        '\u13c5\u13c6\u13c7\u13c8\u13c9\u13ca\u13cb\u13cc\u13cd\u13ce\u13cf\u13d0\u13d1\u13d2'
        '\u13d3\u13d4\u13d5\u13d6\u13d7\u13d8\u13d9\u13da\u13db\u13dc\u13dd\u13de\u13df\u13e0'
        '\u13e1\u13e2\u13e3\u13e4\u13e5\u13e6\u13e7\u13e8\u13e9\u13ea\u13eb\u13ec\u13ed\u13ee'
        '\u13ef\U00010428\U00010429\U0001042a\U0001042b\U0001042c\U0001042d\U0001042e\U0001042f'
        '\U00010430\U00010431\U00010432\U00010433\U00010434\U00010435\U00010436\U00010437'
        '\U00010438\U00010439\U0001043a\U0001043b\U0001043c\U0001043d\U0001043e\U0001043f'
        '\U00010440\U00010441\U00010442\U00010443\U00010444\U00010445\U00010446\U00010447'
        '\U00010448\U00010449\U0001044a\U0001044b\U0001044c\U0001044d\U0001044e\U0001044f'
        '\U000104d8\U000104d9\U000104da\U000104db\U000104dc\U000104dd\U000104de\U000104df'
        '\U000104e0\U000104e1\U000104e2\U000104e3\U000104e4\U000104e5\U000104e6\U000104e7'
        '\U000104e8\U000104e9\U000104ea\U000104eb\U000104ec\U000104ed\U000104ee\U000104ef'
        '\U000104f0\U000104f1\U000104f2\U000104f3\U000104f4\U000104f5\U000104f6\U000104f7'
        '\U000104f8\U000104f9\U000104fa\U000104fb\U00010597\U00010598\U00010599\U0001059a'
        '\U0001059b\U0001059c\U0001059d\U0001059e\U0001059f\U000105a0\U000105a1\U000105a3'
        '\U000105a4\U000105a5\U000105a6\U000105a7\U000105a8\U000105a9\U000105aa\U000105ab'
        '\U000105ac\U000105ad\U000105ae\U000105af\U000105b0\U000105b1\U000105b3\U000105b4'
        '\U000105b5\U000105b6\U000105b7\U000105b8\U000105b9\U000105bb\U000105bc\U00010cc0'
        '\U00010cc1\U00010cc2\U00010cc3\U00010cc4\U00010cc5\U00010cc6\U00010cc7\U00010cc8'
        '\U00010cc9\U00010cca\U00010ccb\U00010ccc\U00010ccd\U00010cce\U00010ccf\U00010cd0'
        '\U00010cd1\U00010cd2\U00010cd3\U00010cd4\U00010cd5\U00010cd6\U00010cd7\U00010cd8'
        '\U00010cd9\U00010cda\U00010cdb\U00010cdc\U00010cdd\U00010cde\U00010cdf\U00010ce0'
        '\U00010ce1\U00010ce2\U00010ce3\U00010ce4\U00010ce5\U00010ce6\U00010ce7\U00010ce8'
        '\U00010ce9\U00010cea\U00010ceb\U00010cec\U00010ced\U00010cee\U00010cef\U00010cf0'
        '\U00010cf1\U00010cf2\U000118c0\U000118c1\U000118c2\U000118c3\U000118c4\U000118c5'
        '\U000118c6\U000118c7\U000118c8\U000118c9\U000118ca\U000118cb\U000118cc\U000118cd'
        '\U000118ce\U000118cf\U000118d0\U000118d1\U000118d2\U000118d3\U000118d4\U000118d5'
        '\U000118d6\U000118d7\U000118d8\U000118d9\U000118da\U000118db\U000118dc\U000118dd'
        '\U000118de\U000118df\U00016e60\U00016e61\U00016e62\U00016e63\U00016e64\U00016e65'
        '\U00016e66\U00016e67\U00016e68\U00016e69\U00016e6a\U00016e6b\U00016e6c\U00016e6d'
        '\U00016e6e\U00016e6f\U00016e70\U00016e71\U00016e72\U00016e73\U00016e74\U00016e75'
        '\U00016e76\U00016e77\U00016e78\U00016e79\U00016e7a\U00016e7b\U00016e7c\U00016e7d'
        '\U00016e7e\U00016e7f\U0001e922\U0001e923\U0001e924\U0001e925\U0001e926\U0001e927'
        '\U0001e928\U0001e929\U0001e92a\U0001e92b\U0001e92c\U0001e92d\U0001e92e\U0001e92f'
        '\U0001e930\U0001e931\U0001e932\U0001e933\U0001e934\U0001e935\U0001e936\U0001e937'
        '\U0001e938\U0001e939\U0001e93a\U0001e93b\U0001e93c\U0001e93d\U0001e93e\U0001e93f'
        '\U0001e940\U0001e941\U0001e942\U0001e943'
      );
    end if;
    -- Digits.
    if key ~ '[\u0660-\u0669\u06f0-\u06f9\u07c0-\u1c59\ua620-\uabf9\U000104a0-\U0001e959]' then
      key := translate(
        key,
        e'\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u06f0\u06f1\u06f2\u06f3'
        '\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9\u07c0\u07c1\u07c2\u07c3\u07c4\u07c5\u07c6\u07c7'
        '\u07c8\u07c9\u0966\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e\u096f\u09e6\u09e7'
        '\u09e8\u09e9\u09ea\u09eb\u09ec\u09ed\u09ee\u09ef\u0a66\u0a67\u0a68\u0a69\u0a6a\u0a6b'
        '\u0a6c\u0a6d\u0a6e\u0a6f\u0ae6\u0ae7\u0ae8\u0ae9\u0aea\u0aeb\u0aec\u0aed\u0aee\u0aef'
        '\u0b66\u0b67\u0b68\u0b69\u0b6a\u0b6b\u0b6c\u0b6d\u0b6e\u0b6f\u0be6\u0be7\u0be8\u0be9'
        '\u0bea\u0beb\u0bec\u0bed\u0bee\u0bef\u0c66\u0c67\u0c68\u0c69\u0c6a\u0c6b\u0c6c\u0c6d'
        '\u0c6e\u0c6f\u0ce6\u0ce7\u0ce8\u0ce9\u0cea\u0ceb\u0cec\u0ced\u0cee\u0cef\u0d66\u0d67'
        '\u0d68\u0d69\u0d6a\u0d6b\u0d6c\u0d6d\u0d6e\u0d6f\u0de6\u0de7\u0de8\u0de9\u0dea\u0deb'
        '\u0dec\u0ded\u0dee\u0def\u0e50\u0e51\u0e52\u0e53\u0e54\u0e55\u0e56\u0e57\u0e58\u0e59'
        '\u0ed0\u0ed1\u0ed2\u0ed3\u0ed4\u0ed5\u0ed6\u0ed7\u0ed8\u0ed9\u0f20\u0f21\u0f22\u0f23'
        '\u0f24\u0f25\u0f26\u0f27\u0f28\u0f29\u1040\u1041\u1042\u1043\u1044\u1045\u1046\u1047'
        '\u1048\u1049\u1090\u1091\u1092\u1093\u1094\u1095\u1096\u1097\u1098\u1099\u17e0\u17e1'
        '\u17e2\u17e3\u17e4\u17e5\u17e6\u17e7\u17e8\u17e9\u1810\u1811\u1812\u1813\u1814\u1815'
        '\u1816\u1817\u1818\u1819\u1946\u1947\u1948\u1949\u194a\u194b\u194c\u194d\u194e\u194f'
        '\u19d0\u19d1\u19d2\u19d3\u19d4\u19d5\u19d6\u19d7\u19d8\u19d9\u1a80\u1a81\u1a82\u1a83'
        '\u1a84\u1a85\u1a86\u1a87\u1a88\u1a89\u1a90\u1a91\u1a92\u1a93\u1a94\u1a95\u1a96\u1a97'
        '\u1a98\u1a99\u1b50\u1b51\u1b52\u1b53\u1b54\u1b55\u1b56\u1b57\u1b58\u1b59\u1bb0\u1bb1'
        '\u1bb2\u1bb3\u1bb4\u1bb5\u1bb6\u1bb7\u1bb8\u1bb9\u1c40\u1c41\u1c42\u1c43\u1c44\u1c45'
        '\u1c46\u1c47\u1c48\u1c49\u1c50\u1c51\u1c52\u1c53\u1c54\u1c55\u1c56\u1c57\u1c58\u1c59'
        '\ua620\ua621\ua622\ua623\ua624\ua625\ua626\ua627\ua628\ua629\ua8d0\ua8d1\ua8d2\ua8d3'
        '\ua8d4\ua8d5\ua8d6\ua8d7\ua8d8\ua8d9\ua900\ua901\ua902\ua903\ua904\ua905\ua906\ua907'
        '\ua908\ua909\ua9d0\ua9d1\ua9d2\ua9d3\ua9d4\ua9d5\ua9d6\ua9d7\ua9d8\ua9d9\ua9f0\ua9f1'
        '\ua9f2\ua9f3\ua9f4\ua9f5\ua9f6\ua9f7\ua9f8\ua9f9\uaa50\uaa51\uaa52\uaa53\uaa54\uaa55'
        '\uaa56\uaa57\uaa58\uaa59\uabf0\uabf1\uabf2\uabf3\uabf4\uabf5\uabf6\uabf7\uabf8\uabf9'
        '\U000104a0\U000104a1\U000104a2\U000104a3\U000104a4\U000104a5\U000104a6\U000104a7'
        '\U000104a8\U000104a9\U00010d30\U00010d31\U00010d32\U00010d33\U00010d34\U00010d35'
        '\U00010d36\U00010d37\U00010d38\U00010d39\U00011066\U00011067\U00011068\U00011069'
        '\U0001106a\U0001106b\U0001106c\U0001106d\U0001106e\U0001106f\U000110f0\U000110f1'
        '\U000110f2\U000110f3\U000110f4\U000110f5\U000110f6\U000110f7\U000110f8\U000110f9'
        '\U00011136\U00011137\U00011138\U00011139\U0001113a\U0001113b\U0001113c\U0001113d'
        '\U0001113e\U0001113f\U000111d0\U000111d1\U000111d2\U000111d3\U000111d4\U000111d5'
        '\U000111d6\U000111d7\U000111d8\U000111d9\U000112f0\U000112f1\U000112f2\U000112f3'
        '\U000112f4\U000112f5\U000112f6\U000112f7\U000112f8\U000112f9\U00011450\U00011451'
        '\U00011452\U00011453\U00011454\U00011455\U00011456\U00011457\U00011458\U00011459'
        '\U000114d0\U000114d1\U000114d2\U000114d3\U000114d4\U000114d5\U000114d6\U000114d7'
        '\U000114d8\U000114d9\U00011650\U00011651\U00011652\U00011653\U00011654\U00011655'
        '\U00011656\U00011657\U00011658\U00011659\U000116c0\U000116c1\U000116c2\U000116c3'
        '\U000116c4\U000116c5\U000116c6\U000116c7\U000116c8\U000116c9\U00011730\U00011731'
        '\U00011732\U00011733\U00011734\U00011735\U00011736\U00011737\U00011738\U00011739'
        '\U000118e0\U000118e1\U000118e2\U000118e3\U000118e4\U000118e5\U000118e6\U000118e7'
        '\U000118e8\U000118e9\U00011950\U00011951\U00011952\U00011953\U00011954\U00011955'
        '\U00011956\U00011957\U00011958\U00011959\U00011c50\U00011c51\U00011c52\U00011c53'
        '\U00011c54\U00011c55\U00011c56\U00011c57\U00011c58\U00011c59\U00011d50\U00011d51'
        '\U00011d52\U00011d53\U00011d54\U00011d55\U00011d56\U00011d57\U00011d58\U00011d59'
        '\U00011da0\U00011da1\U00011da2\U00011da3\U00011da4\U00011da5\U00011da6\U00011da7'
        '\U00011da8\U00011da9\U00016a60\U00016a61\U00016a62\U00016a63\U00016a64\U00016a65'
        '\U00016a66\U00016a67\U00016a68\U00016a69\U00016ac0\U00016ac1\U00016ac2\U00016ac3'
        '\U00016ac4\U00016ac5\U00016ac6\U00016ac7\U00016ac8\U00016ac9\U00016b50\U00016b51'
        '\U00016b52\U00016b53\U00016b54\U00016b55\U00016b56\U00016b57\U00016b58\U00016b59'
        '\U0001e140\U0001e141\U0001e142\U0001e143\U0001e144\U0001e145\U0001e146\U0001e147'
        '\U0001e148\U0001e149\U0001e2f0\U0001e2f1\U0001e2f2\U0001e2f3\U0001e2f4\U0001e2f5'
        '\U0001e2f6\U0001e2f7\U0001e2f8\U0001e2f9\U0001e950\U0001e951\U0001e952\U0001e953'
        '\U0001e954\U0001e955\U0001e956\U0001e957\U0001e958\U0001e959',
        repeat('0123456789', 58)
      );
    end if;
    -- Marks that are seldom typed.
    key := translate(
      key,
      e'\u00ab\u00bb\u02b9\u02ba\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u02d7\u02ee'
      '\u055a\u058a\u07f4\u07f5\u1400\u1806\u2010\u2012\u2015\u201a\u201b\u201e\u201f\u2032'
      '\u2035\u2039\u203a\u2043\u2212\u275b\u275c\u275d\u275e\u275f\u2760\u2e17\u2e1a\u2e3a'
      '\u2e3b\u2e40\u2e42\u2e5d\u3003\u301c\u301d\u301e\u301f\u3030\u30a0\ua78b\ua78c'
      '\U00010ead\U0001f676\U0001f677\U0001f678',
      '""''"''''''''''''''''-"''-''''-----''''""''''''''--''''""''"-----"-"-"""--''''-"""'
    );
    key := normalize(key, nfkc);
  end if;
  -- Marks that are often typed; two apostrophes are one quotation mark.
  key := translate(
    key,
    e'`\u00a0\u05be\u05f3\u05f4\u2013\u2014\u2018\u2019\u201c\u201d',
    e'\' -\'"--\'\'""'
  );
  key := replace(key, '''''', '"');
  return btrim(regexp_replace(key, ' {2,}', ' ', 'g'));
end
$function$;
-- and:
revoke all on routine public.name_key(text) from public, anon, authenticated, service_role;
comment on function public.name_key(text) is 'The key by which names are one name: for comparing, never for showing. המפתח שלפיו שמות הם אותו שם: להשוואה, לעולם לא להצגה.';

-- object: rights of authenticated on public.name_key(text)
grant execute on routine public.name_key(text) to authenticated;

-- object: rights of service_role on public.name_key(text)
grant execute on routine public.name_key(text) to service_role;

-- object: function public.speaker_names(text) -- made by scheduling.0008_speakers_by_key
CREATE OR REPLACE FUNCTION public.speaker_names(spelled text)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  marks constant text := '[,;/\\&+|\n\u00b7\u2022\u060c\u061b\u3001\uff06\uff0b\uff0c\uff0f\uff1b]';
  between constant text := '\s*(?:' || marks || '|\s(?:and|with|עם)(?=\s)'
    '|\s+ו\s*[-\u05be\u2010-\u2015\u2212]'
    '|(?<=\S\s+\S+)\s+ו(?=[א-הז-ת][א-ת]+\s+\S))+\s*';
  nobody constant text := '^\s*(?:\S?|(?:jr|sr|i{2,3}|iv|ph\.?\s?d|m\.?[da]|mba|esq|c[etfop]o|vp)\.?'
    '|(?:סמ|מ)נכ["\u05f4]?לי?ת?|עו["\u05f4]?ד|ד["\u05f4]?ר)\s*$';
  people text[];
begin
  -- Most texts are one person, and are seen to be by this alone.
  if spelled collate "C" !~* (marks || '|\s(?:and|with|עם)\s|\sו') then
    return array[spelled];
  end if;
  select coalesce(array_agg(btrim(one, e' \t\r\n') order by n), '{}')
  into people
  from regexp_split_to_table(spelled collate "C", between, 'i') with ordinality as split (one, n)
  where one collate "C" !~* nobody;
  return case when cardinality(people) > 0 then people else array[spelled] end;
end
$function$;
-- and:
revoke all on routine public.speaker_names(text) from public, anon, authenticated, service_role;
comment on function public.speaker_names(text) is 'The people that a text names as speakers, each as written. האנשים שטקסט מזכיר כדוברים, כל אחד כפי שנכתב.';

-- object: rights of authenticated on public.speaker_names(text)
grant execute on routine public.speaker_names(text) to authenticated;

-- object: rights of service_role on public.speaker_names(text)
grant execute on routine public.speaker_names(text) to service_role;
