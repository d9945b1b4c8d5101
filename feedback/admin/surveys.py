"""Surveys as staff work on them."""

from django.contrib import admin

from feedback.admin.survey_desk import SurveyDeskMixin


class SurveyAdmin(
    SurveyDeskMixin,
    admin.ModelAdmin,
):
    list_display = ["title", "period", "access"]
