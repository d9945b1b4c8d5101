"""Absolute addresses come from one setting."""

import pytest
from django.test.utils import override_script_prefix
from django.urls import reverse

from portal.site import absolute_url


@pytest.mark.parametrize(
    ("site_url", "prefix", "address"),
    [
        ("https://tthc.example.vn", "/", "https://tthc.example.vn/tim-kiem/"),
        ("https://example.vn/cong", "/cong/", "https://example.vn/cong/tim-kiem/"),
    ],
)
def test_an_absolute_address_keeps_the_path_that_the_portal_lives_under(
    settings, site_url, prefix, address
):
    settings.SITE_URL = site_url

    with override_script_prefix(prefix):
        assert absolute_url(reverse("search")) == address
