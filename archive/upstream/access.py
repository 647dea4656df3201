"""Access to the application, the builder and the settings digest from an environment.

Uses privately: ``BuildEnvironment._app`` and ``sphinx.util._serialise.stable_hash``.
Why: Sphinx 9.0 deprecated ``env.app`` and offers directives, transforms and domains no other way
to the builder.
Upstream: sphinx-doc/sphinx#14136 (no access to the builder) and #13072 (the redesign).
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
    return env._app


def builder_of(env: BuildEnvironment) -> Builder:
    return env._app.builder


def settings_digest(config: Config) -> str:
    """Return a digest of all settings that affect pages, hashed as Sphinx hashes them."""
    affecting = config.filter(frozenset({"env", "html"}))
    return stable_hash({setting.name: setting.value for setting in affecting})
