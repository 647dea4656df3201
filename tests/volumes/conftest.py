"""The browser, for the joined site."""

from tests.browser.conftest import browser, page, serve

__all__ = ["browser", "page", "serve"]
