"""Where a ticket stands for staff, in its own row, and the words that staff search by: kept by triggers, so that no
program forgets one of them."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

STATE = """
create function feedback_refresh_desk_state(changed bigint) returns void language plpgsql as $$
begin
    -- Of two who change the same ticket the second waits, and then sees what the first has done.
    perform from feedback_ticket where id = changed for no key update;
    update feedback_ticket set
        due_kind = coalesce(state.due_kind, ''), due_on = state.due_on, due_at = state.due_at,
        paused_at = state.paused_at, last_said_at = state.last_said_at, last_done_at = state.last_done_at
    from (
        select promised.kind as due_kind, promised.due_on, promised.due_at,
            (select started_at from feedback_ticketpause where ticket_id = changed and ended_at is null) as paused_at,
            (select max(sent_at) from feedback_ticketmessage
                where ticket_id = changed and "by" = 'sender') as last_said_at,
            (select max("at") from feedback_ticketevent where ticket_id = changed and "by" = 'staff'
                and type not in ('viewed_identity', 'viewed_restricted', 'viewed_file')) as last_done_at
        from (select) as one left join lateral (
            select kind, due_on, due_at from feedback_ticketdeadline
            where ticket_id = changed and met_at is null and dropped_at is null order by due_at, id limit 1
        ) as promised on true
    ) as state
    where id = changed and
        (feedback_ticket.due_kind, feedback_ticket.due_on, feedback_ticket.due_at, feedback_ticket.paused_at,
            feedback_ticket.last_said_at, feedback_ticket.last_done_at)
        is distinct from
        (coalesce(state.due_kind, ''), state.due_on, state.due_at, state.paused_at,
            state.last_said_at, state.last_done_at);
end $$;
create function feedback_desk_state_changed() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        perform feedback_refresh_desk_state(old.ticket_id);
    end if;
    if tg_op = 'INSERT' or tg_op = 'UPDATE' and new.ticket_id <> old.ticket_id then
        perform feedback_refresh_desk_state(new.ticket_id);
    end if;
    return null;
end $$;
create trigger feedback_desk_state after insert or update or delete on feedback_ticketdeadline
    for each row execute function feedback_desk_state_changed();
create trigger feedback_desk_state after insert or update or delete on feedback_ticketpause
    for each row execute function feedback_desk_state_changed();
create trigger feedback_desk_state after insert or delete or update of ticket_id, "by", sent_at on feedback_ticketmessage
    for each row execute function feedback_desk_state_changed();
create trigger feedback_desk_state after insert on feedback_ticketevent for each row
    when (new."by" = 'staff' and new.type not in ('viewed_identity', 'viewed_restricted', 'viewed_file'))
    execute function feedback_desk_state_changed();
"""

KEEP = """
select feedback_refresh_desk_state(id) from feedback_ticket;
create function feedback_keep_desk_state() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        new.due_kind = ''; new.due_on = null; new.due_at = null;
        new.paused_at = null; new.last_said_at = null; new.last_done_at = null;
    elsif pg_trigger_depth() = 1 then
        -- Not by the triggers above: a row that was read earlier is saved, and knows less.
        new.due_kind = old.due_kind; new.due_on = old.due_on; new.due_at = old.due_at;
        new.paused_at = old.paused_at; new.last_said_at = old.last_said_at; new.last_done_at = old.last_done_at;
    end if;
    return new;
end $$;
create trigger feedback_keep_desk_state before insert or update on feedback_ticket
    for each row execute function feedback_keep_desk_state();
"""

# Folded as `portal.text.fold` does it, and cut at what is no letter and no digit.
WORDS = r"""
create function feedback_words(text) returns tsvector language sql immutable parallel safe as $$
    select to_tsvector('simple', regexp_replace(
        lower(translate(normalize($1, NFD), E'Đđ\u0302\u0306\u031b\u0300\u0301\u0303\u0309\u0323', 'dd')),
        '[[:punct:]]+', ' ', 'g'))
$$;
create function feedback_keep_words() returns trigger language plpgsql as $$
begin
    if new.kind = 'denunciation' then
        delete from feedback_ticketwords where ticket_id = new.id;
    else
        insert into feedback_ticketwords (ticket_id, vector)
        values (new.id, feedback_words(concat_ws(' ', substr(new.code, 1, 4), substr(new.code, 5, 4),
            substr(new.code, 9), new.subject, new.body)))
        on conflict (ticket_id) do update set vector = excluded.vector;
    end if;
    return null;
end $$;
create trigger feedback_keep_words after insert or update of kind, subject, body on feedback_ticket
    for each row execute function feedback_keep_words();
insert into feedback_ticketwords (ticket_id, vector)
select id, feedback_words(concat_ws(' ', substr(code, 1, 4), substr(code, 5, 4), substr(code, 9), subject, body))
from feedback_ticket where kind <> 'denunciation';
"""

UNDO = """
drop trigger feedback_keep_words on feedback_ticket;
drop function feedback_keep_words();
drop function feedback_words(text);
drop trigger feedback_keep_desk_state on feedback_ticket;
drop function feedback_keep_desk_state();
drop trigger feedback_desk_state on feedback_ticketevent;
drop trigger feedback_desk_state on feedback_ticketmessage;
drop trigger feedback_desk_state on feedback_ticketpause;
drop trigger feedback_desk_state on feedback_ticketdeadline;
drop function feedback_desk_state_changed();
drop function feedback_refresh_desk_state(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0006_data_requests_extended_and_senders_restricted"),
    ]

    operations = [
        migrations.CreateModel(
            name="TicketWords",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="feedback.ticket",
                    ),
                ),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "verbose_name": "mục tra cứu phiếu",
                "verbose_name_plural": "mục tra cứu phiếu",
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="ticket",
            name="due_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="hết hạn lúc"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="due_kind",
            field=models.CharField(blank=True, editable=False, max_length=15, verbose_name="hạn"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="due_on",
            field=models.DateField(editable=False, null=True, verbose_name="ngày hạn"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="last_done_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="cán bộ làm lúc"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="last_said_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="người gửi viết lúc"
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="paused_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="chờ người gửi từ lúc"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["kind"], name="feedback_ticket_by_kind"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                models.OrderBy(
                    models.Case(
                        models.When(
                            status__in=["rejected", "closed", "withdrawn", "answered", "published"],
                            then=models.Value(1),
                        ),
                        default=models.Value(0),
                    )
                ),
                models.OrderBy(models.F("due_at"), nulls_last=True),
                models.OrderBy(
                    models.Case(
                        models.When(
                            status__in=["rejected", "closed", "withdrawn", "answered", "published"],
                            then=None,
                        ),
                        default=models.F("received_at"),
                    ),
                    nulls_last=True,
                ),
                models.OrderBy(models.F("status_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="feedback_ticket_pressing",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at"],
                name="feedback_ticket_due",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("last_said_at__isnull", False),
                    models.Q(
                        ("last_done_at", None),
                        ("last_said_at__gt", models.F("last_done_at")),
                        _connector="OR",
                    ),
                ),
                fields=["last_said_at"],
                name="feedback_ticket_sender_last",
            ),
        ),
        migrations.AddIndex(
            model_name="ticketwords",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["vector"], name="feedback_ticketwords_vector"
            ),
        ),
        migrations.RunSQL(STATE + KEEP + WORDS, UNDO),
    ]
