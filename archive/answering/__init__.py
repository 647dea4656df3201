"""Answers programs that read for people, from a built site or a copy of one.

Nothing is written, and no other machine is asked.

``python -m archive mcp`` offers it by the Model Context Protocol
(https://modelcontextprotocol.io).
"""
