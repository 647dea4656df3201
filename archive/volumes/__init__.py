"""An archive in volumes: each a build of its own, joined to one site."""
