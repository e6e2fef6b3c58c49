"""Models: recipes, fetching, conversion, self-test, installation."""
