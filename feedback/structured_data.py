"""What search engines and assistants read of a public answer, as schema.org has it."""

from portal.site import absolute_url


def question_and_answer(item, address):
    """A page on which one person's question is answered; of questions that staff wrote, one of a list of such."""
    return {
        "@context": "https://schema.org",
        "@type": "QAPage" if item.is_from_ticket else "FAQPage",
        "inLanguage": "vi",
        "mainEntity": {
            "@type": "Question",
            "name": item.subject,
            "text": item.body,
            "datePublished": item.published_at.isoformat(),
            "answerCount": 1,
            "acceptedAnswer": {
                "@type": "Answer",
                "text": item.answer,
                "datePublished": (item.answered_at or item.published_at).isoformat(),
                "url": absolute_url(address),
                "author": {"@type": "GovernmentOrganization", "name": item.agency.name},
            },
        },
    }
