"""What Sphinx knows and has no public way to ask for.

Tried with Sphinx 9.0.4 and 9.1.1.  Sphinx took ``env.app`` out of its public interface in 9.0
and gave nothing in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.util._serialise import stable_hash

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment


def application_of(env: BuildEnvironment) -> Sphinx:
    """The application that an environment belongs to."""
    return env._app


def builder_of(env: BuildEnvironment) -> Builder:
    """The builder at work."""
    return env._app.builder


def settings_digest(config: Config) -> str:
    """A digest of all settings that decide about a page, as Sphinx compares them between builds."""
    deciding = config.filter(frozenset({"env", "html"}))
    return stable_hash({setting.name: setting.value for setting in deciding})
