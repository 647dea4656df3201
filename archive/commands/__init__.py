"""The commands of ``python -m archive``, one module each, and what several of them share.

A command has ``add_arguments(parser)`` and ``run(arguments, root)``, which returns the exit code.
"""
