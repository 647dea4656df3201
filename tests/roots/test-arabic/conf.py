"""The settings of an archive in Arabic, which has one letter in English."""

from archive.defaults import *

project = "أرشيف الموانئ"
author = "محرّرو أرشيف الموانئ"
copyright = "المحرّرون، CC BY 4.0"
archive_short_name = "harbours"
language = "ar"
html_baseurl = hosted_at("https://harbours.example/")

archive_description = "عهود الموانئ ورسائلها، بصياغة الأرشيف."
archive_letters = {"a": "article", "w": "whereas"}
archive_contact = "mailto:editors@harbours.example"
