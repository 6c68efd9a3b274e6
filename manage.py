#!/usr/bin/env python
"""The command line of the back office."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from eventflow.environment import asking

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eventflow.settings")
    try:
        if sys.argv[1:2] == ["setup"] and not {"-h", "--help"}.intersection(sys.argv):
            asking.complete()
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:
        sys.exit(str(refusal))
