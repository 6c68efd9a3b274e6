"""The audit list over all suggestions: filtered, exported, added up; by an index of its own.

What happened to one suggestion is told by `history`.
"""
