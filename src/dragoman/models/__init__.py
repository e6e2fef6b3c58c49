"""Models: recipes, fetching, conversion, self-test, installation."""

from dragoman.models.installed import verify

__all__ = ["verify"]
