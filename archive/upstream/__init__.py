"""Every override and private use of Sphinx, docutils, MyST and sphinxcontrib-bibtex.

Each file names what it replaces or uses privately, why, and the upstream report it waits for, where
there is one.  A test keeps private API out of all other packages.
Tried with: Sphinx 9.0.4, 9.1.1 and 9.2.0, docutils 0.22 and 0.23, furo 2025.12.19,
sphinxcontrib-bibtex 2.7.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.util._serialise import stable_hash

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment


# --- Access to the application, the builder and the settings digest from an environment.
#
# Uses privately: ``BuildEnvironment._app`` and ``sphinx.util._serialise.stable_hash``.
# Why: Sphinx 9.0 deprecated ``env.app`` and offers directives, transforms and domains no other way
# to the builder.
# Upstream: sphinx-doc/sphinx#14136 (no access to the builder) and #13072 (the redesign).


def application_of(env: BuildEnvironment) -> Sphinx:
    return env._app


def builder_of(env: BuildEnvironment) -> Builder:
    return env._app.builder


def settings_digest(config: Config) -> str:
    """Return a digest of all settings that affect pages, hashed as Sphinx hashes them."""
    affecting = config.filter(frozenset({"env", "html"}))
    return stable_hash({setting.name: setting.value for setting in affecting})
