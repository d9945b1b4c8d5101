"""The groups of staff that the work with tickets and surveys needs, with their rights, as they stand until staff change them.

Whose tickets somebody sees follows from the agencies that they are assigned to, not from the group.
"""

from django.apps import apps as installed_apps
from django.db import DEFAULT_DB_ALIAS

OFFICER = "Tiếp nhận phản ánh"
HANDLER = "Xử lý phản ánh"
APPROVER = "Duyệt trả lời, công khai"
RESTRICTED_OFFICER = "Xử lý tố cáo"
AUDITOR = "Kiểm tra, giám sát"
SURVEYOR = "Khảo sát"
INTERVIEWER = "Nhập phiếu khảo sát"

# To choose them by typing.
_CHOOSING = ["procedures.view_procedure", "procedures.view_legaldocument", "procedures.view_agency"]
ROLES = {
    OFFICER: [
        "feedback.view_ticket",
        "feedback.view_every_ticket",
        "feedback.add_ticket",
        "feedback.classify_ticket",
        "feedback.export_ticket",
        "feedback.view_ticketsender",
        "feedback.view_datasubjectrequest",
        "feedback.change_datasubjectrequest",
        "feedback.view_answertemplate",
        "procedures.view_servicepoint",
        *_CHOOSING,
    ],
    HANDLER: [
        "feedback.view_ticket",
        "feedback.answer_ticket",
        "feedback.view_answertemplate",
        "feedback.view_frequentquestion",
        "feedback.add_frequentquestion",
        "feedback.change_frequentquestion",
        *_CHOOSING,
    ],
    # Of the agencies that they are assigned to; to see every agency's is a right given by hand.
    APPROVER: [
        "feedback.view_ticket",
        "feedback.approve_publication",
        "feedback.view_frequentquestion",
        *_CHOOSING,
    ],
    # Who denounces must be known to those who handle it, and has rights over their data like everybody.
    RESTRICTED_OFFICER: [
        "feedback.handle_denunciations",
        "feedback.view_ticketsender",
        "feedback.view_datasubjectrequest",
        "feedback.change_datasubjectrequest",
    ],
    # Sees what was done with every ticket, and changes nothing; no senders.
    AUDITOR: [
        "feedback.view_ticket",
        "feedback.view_every_ticket",
        "feedback.view_frequentquestion",
        "feedback.view_erasure",
    ],
    # Sees figures, and what people wrote without its place; who may take single sheets out is named by hand.
    SURVEYOR: [
        "feedback.view_survey",
        "feedback.add_survey",
        "feedback.change_survey",
        "feedback.enter_surveyresponse",
        "feedback.moderate_surveyanswer",
        "feedback.view_surveyconcern",
        "feedback.change_surveyconcern",
        "feedback.view_surveyaction",
        "feedback.add_surveyaction",
        "feedback.change_surveyaction",
        "feedback.view_ratedpage",
        "feedback.change_ratedpage",
        *_CHOOSING,
        "procedures.view_servicepoint",
    ],
    INTERVIEWER: [
        "feedback.enter_surveyresponse",
        *_CHOOSING,
        "procedures.view_servicepoint",
    ],
}


def add_missing_groups(sender, using=DEFAULT_DB_ALIAS, apps=installed_apps, **options):
    """After every migration, when the permissions stand: the groups that are not there yet."""
    try:
        Group, Permission = (apps.get_model("auth", name) for name in ("Group", "Permission"))
    except LookupError:
        # Migrated back to before there were any.
        return
    groups = Group.objects.using(using)
    there = set(groups.filter(name__in=ROLES).values_list("name", flat=True))
    missing = [Group(name=name) for name in ROLES if name not in there]
    if not missing:
        return
    codenames = {right.partition(".")[2] for rights in ROLES.values() for right in rights}
    permissions = Permission.objects.using(using).filter(codename__in=codenames)
    permissions = permissions.select_related("content_type")
    keys = {f"{row.content_type.app_label}.{row.codename}": row.pk for row in permissions}
    if not all(right in keys for group in missing for right in ROLES[group.name]):
        # Migrated in part: the rest of the rights come with the rest of the migrations, and the groups with them.
        return
    groups.bulk_create(missing)
    Group.permissions.through.objects.using(using).bulk_create(
        Group.permissions.through(group_id=group.pk, permission_id=keys[right])
        for group in missing
        for right in ROLES[group.name]
    )
