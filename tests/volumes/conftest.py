"""The browser, for the joined site."""

from tests.browser.conftest import opened, page, serve

__all__ = ["opened", "page", "serve"]
