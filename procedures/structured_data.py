"""A procedure as schema.org GovernmentService, for search engines and other programs."""

from portal.site import absolute_url
from procedures.answers import duration
from procedures.models import ProcedureAgency


def government_service(procedure):
    """The JSON-LD object; properties without a value are left out."""
    roles = ProcedureAgency.Role
    executing = procedure.agencies_as(roles.EXECUTING)
    address = absolute_url(procedure.get_absolute_url())
    properties = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": address,
        "url": address,
        "identifier": procedure.code,
        "name": procedure.name,
        "description": procedure.summary or procedure.description,
        "inLanguage": "vi",
        "serviceType": procedure.sector.name if procedure.sector else "",
        "serviceOperator": [_organisation(agency) for agency in executing],
        "provider": [_organisation(a) for a in procedure.agencies_as(roles.COMPETENT)],
        "audience": [
            {"@type": "Audience", "audienceType": audience.name}
            for audience in procedure.audiences.all()
        ],
        "serviceOutput": [
            {"@type": "Thing", "name": result.name} for result in procedure.results.all()
        ],
        "availableChannel": [_channel(method) for method in procedure.methods.all()],
        "sameAs": procedure.national_url,
        "dateModified": procedure.updated_at.date().isoformat(),
    }
    return {name: value for name, value in properties.items() if value}


def _organisation(agency):
    return {"@type": "GovernmentOrganization", "name": agency.name}


def _channel(method):
    channel = {"@type": "ServiceChannel", "name": method.get_kind_display()}
    if time := duration(method):
        channel["description"] = time
    return channel
