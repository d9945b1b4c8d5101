"""What search engines and assistants read of an article or an issue, as schema.org has it."""

from django.urls import reverse

from portal.site import absolute_url


def news_article(version, owner):
    properties = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": version.title,
        "description": version.lead,
        "mainEntityOfPage": absolute_url(version.article.get_own_url()),
        "inLanguage": version.article.language,
        "datePublished": version.published_at.isoformat(),
        "dateModified": version.public_from.isoformat(),
        "articleSection": version.category.name,
        "image": absolute_url(version.cover.get_rendition_url("og.jpg")) if version.cover else "",
        "author": {"@type": "Person", "name": version.author_name} if version.author_name else "",
        "publisher": {"@type": "GovernmentOrganization", "name": owner.name} if owner else "",
    }
    return {name: value for name, value in properties.items() if value}


def publication_issue(issue, owner):
    address = absolute_url(issue.get_own_url())
    publisher = {"@type": "GovernmentOrganization", "name": owner.name} if owner else ""
    properties = {
        "@context": "https://schema.org",
        "@type": "PublicationIssue",
        "name": f"{issue}: {issue.title}",
        "issueNumber": f"{issue.number}/{issue.year}",
        "description": issue.lead,
        "url": address,
        "mainEntityOfPage": address,
        "inLanguage": issue.language,
        "datePublished": issue.public_from.isoformat(),
        "dateModified": (issue.corrected_at or issue.public_from).isoformat(),
        "image": absolute_url(issue.cover.get_rendition_url("og.jpg")) if issue.cover else "",
        "isPartOf": {
            "@type": "Periodical",
            "name": "Bản tin điện tử cải cách hành chính",
            "url": absolute_url(reverse("outreach:bulletin_list")),
        },
        "publisher": publisher,
    }
    return {name: value for name, value in properties.items() if value}
