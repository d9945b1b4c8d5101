"""Denunciations as a list of their own, for the few who were given the right."""

from django.db import models

from feedback.models.tickets import Ticket, TicketQuerySet


class DenunciationManager(models.Manager.from_queryset(TicketQuerySet)):
    def get_queryset(self):
        return super().get_queryset().filter(kind=Ticket.Kind.DENUNCIATION)


class Denunciation(Ticket):
    """A ticket that is a denunciation: the same row, in its own list, register and queue."""

    objects = DenunciationManager()

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "tố cáo"
        verbose_name_plural = "tố cáo"
