"""A procedure as schema.org GovernmentService and an act as Legislation, for search engines and other programs."""

from django.conf import settings
from django.utils.translation import get_language, override

from portal.site import absolute_url
from procedures.answers import duration
from procedures.models import LegalDocument, ProcedureAgency


def government_service(procedure, translation=None, terms=None):
    """The JSON-LD object in the language of the translation, else in Vietnamese; empty properties are left out."""
    if translation is None:
        with override(settings.LANGUAGE_CODE):
            return _government_service(procedure, procedure, {})
    return _government_service(procedure, translation, terms or {})


def _government_service(procedure, told, terms):
    """`told` has name and summary: the procedure itself or a translation of it."""
    roles = ProcedureAgency.Role
    properties = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        # One service, whatever the language of the page that describes it.
        "@id": _address(procedure, settings.LANGUAGE_CODE),
        "url": _address(procedure, get_language()),
        "identifier": procedure.code,
        "name": told.name,
        "alternateName": procedure.name if told is not procedure else "",
        "description": told.summary or (procedure.description if told is procedure else ""),
        "inLanguage": get_language(),
        "serviceType": _name(procedure.sector, terms) if procedure.sector else "",
        "serviceOperator": [
            _organisation(agency, terms) for agency in procedure.agencies_as(roles.EXECUTING)
        ],
        "provider": [
            _organisation(agency, terms) for agency in procedure.agencies_as(roles.COMPETENT)
        ],
        "audience": [
            {"@type": "Audience", "audienceType": _name(audience, terms)}
            for audience in procedure.audiences.all()
        ],
        "serviceOutput": [
            {"@type": "Thing", "name": _result(result, procedure, told)}
            for result in procedure.results.all()
        ],
        "availableChannel": [_channel(method) for method in procedure.methods.all()],
        "sameAs": procedure.national_url,
        "dateModified": procedure.updated_at.date().isoformat(),
    }
    return {name: value for name, value in properties.items() if value}


def _address(procedure, language):
    with override(language):
        return absolute_url(procedure.get_absolute_url())


def _name(named, terms):
    return terms.get(named.name, named.name)


def _organisation(agency, terms):
    return {"@type": "GovernmentOrganization", "name": _name(agency, terms)}


def _result(result, procedure, told):
    return result.name if told is procedure else told.text_of(result.name) or result.name


def _channel(method):
    channel = {"@type": "ServiceChannel", "name": method.get_kind_display()}
    if time := duration(method):
        channel["description"] = time
    return channel


def legislation(document):
    """An act as schema.org Legislation, always in Vietnamese: the act is."""
    with override(settings.LANGUAGE_CODE):
        properties = {
            "@context": "https://schema.org",
            "@type": "Legislation",
            "@id": absolute_url(document.get_absolute_url()),
            "legislationIdentifier": document.number,
            "legislationType": document.doc_type,
            "name": document.title,
            "inLanguage": settings.LANGUAGE_CODE,
            "legislationPassedBy": {"@type": "GovernmentOrganization", "name": document.issuer}
            if document.issuer
            else None,
            "legislationDate": document.signed_on and document.signed_on.isoformat(),
            "legislationLegalForce": _LEGAL_FORCE.get(document.status),
            "sameAs": document.source_url,
        }
    return {name: value for name, value in properties.items() if value}


_LEGAL_FORCE = {
    LegalDocument.Status.IN_FORCE: "https://schema.org/InForce",
    LegalDocument.Status.PARTLY_EXPIRED: "https://schema.org/PartiallyInForce",
    LegalDocument.Status.EXPIRED: "https://schema.org/NotInForce",
    LegalDocument.Status.NOT_YET: "https://schema.org/NotInForce",
}
