"""Plain values for pages: a suggestion, what happened to it so far, and the day it is about.

Reads what `verdicts`, `history` and `workflow` say; knows no request, and decides nothing. None of
it is markup: templates escape and isolate it.
"""
