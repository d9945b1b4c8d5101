"""Which pictures and files somebody without an account may see: those used in what is public now."""

from django.db.models import Exists, OuterRef

from outreach.models import ArticleVersion, BulletinIssue, LibraryFile, Material, Picture


def public_pictures(at=None):
    versions = ArticleVersion.objects.public(at)
    materials = Material.objects.published(at)
    issues = BulletinIssue.objects.public(at)
    # One look for each use: a list of all public pictures would be made anew for every picture shown.
    return Picture.objects.filter(
        Exists(versions.filter(cover=OuterRef("pk")))
        | Exists(versions.filter(pictures=OuterRef("pk")))
        | Exists(materials.filter(cover=OuterRef("pk")))
        | Exists(issues.filter(cover=OuterRef("pk")))
    )


def public_library_files(at=None):
    versions = ArticleVersion.objects.public(at)
    return LibraryFile.objects.filter(
        Exists(versions.filter(files=OuterRef("pk")))
        | Exists(versions.filter(linked_files=OuterRef("pk")))
    )
