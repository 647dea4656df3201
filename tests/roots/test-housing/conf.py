"""The settings of an archive that shares nothing with the engine's own repository."""

from archive.defaults import *

project = "Housing Rights Archive"
author = "The Tenants’ Library"
copyright = "The Tenants’ Library, CC BY-SA 4.0"
html_baseurl = hosted_at("https://housing.example/")

archive_description = "Documents on the right to a home, retold clause by clause."
archive_credit = "retold by the Tenants’ Library"
archive_licence = ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/")
archive_kinds = ["ordinance", "lease"]
archive_letters = {"c": "clause", "n": "librarian’s note"}
