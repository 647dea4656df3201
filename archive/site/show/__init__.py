"""Shows what the archive knows: post-transforms, generated pages, template contexts."""
