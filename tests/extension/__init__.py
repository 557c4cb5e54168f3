"""Tests of the template's extension, which read its modules as they stand."""
