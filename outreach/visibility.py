"""Which pictures and files somebody without an account may see: those used in what is public now."""

from django.db.models import Q

from outreach.models import ArticleVersion, LibraryFile, Material, Picture


def public_pictures(at=None):
    versions = ArticleVersion.objects.public(at)
    materials = Material.objects.published(at)
    return Picture.objects.filter(
        Q(pk__in=versions.values("cover"))
        | Q(pk__in=versions.values("pictures"))
        | Q(pk__in=materials.values("cover"))
    )


def public_library_files(at=None):
    versions = ArticleVersion.objects.public(at)
    return LibraryFile.objects.filter(
        Q(pk__in=versions.values("files")) | Q(pk__in=versions.values("linked_files"))
    )
