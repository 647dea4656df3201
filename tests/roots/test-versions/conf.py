"""The settings of an archive of one covenant in four languages."""

from archive.defaults import *

project = "Archive of the Four Tongues"
author = "The editors of the Archive of the Four Tongues"
copyright = "The editors, CC BY 4.0"
html_baseurl = hosted_at("https://tongues.example/")

archive_description = "A covenant on lights and words, in each of its languages."
archive_letters = {"a": "article", "w": "whereas"}
