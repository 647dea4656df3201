"""The browser, for the joined site."""

from tests.browser.conftest import page, serve

__all__ = ["page", "serve"]
