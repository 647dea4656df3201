"""How the archive is shown to those who edit it: built in memory, served on this machine alone."""
