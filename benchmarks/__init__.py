"""How fast generated projects train, beside other loops, in one run: `nox -s bench`."""
