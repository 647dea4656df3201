"""Display: post-transforms, generated pages and template contexts, made from the view."""
