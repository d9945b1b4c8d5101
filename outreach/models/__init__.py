from outreach.models.information import InformationPage, InformationSection
from outreach.models.notices import Notice

__all__ = ["InformationPage", "InformationSection", "Notice"]
