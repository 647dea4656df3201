"""Addresses lead to the same place as URIs and in print."""

import pytest

from archive.model.showing import as_printed, escaped


@pytest.mark.parametrize(
    ("address", "uri", "printed"),
    [
        ("https://a.example/один#é", "https://a.example/%D0%BE%D0%B4%D0%B8%D0%BD#%C3%A9",
         "https://a.example/один#é"),
        ("https://例え.jp:80/a", "https://xn--r8jz45g.jp:80/a", "https://xn--r8jz45g.jp:80/a"),
        ("https://a.example/x%20y_#", "https://a.example/x%20y_#", "https://a.example/x%20y_#"),
        ("mailto:a@b.example", "mailto:a@b.example", "mailto:a@b.example"),
    ],
)  # fmt: skip
def test_a_link_is_a_uri_and_is_printed_in_letters_that_fonts_have(address, uri, printed):
    assert (escaped(address), as_printed(f"See {address}.")) == (uri, f"See {printed}.")
