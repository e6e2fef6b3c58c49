"""``dragoman models``: fetch, install, verify, lock, list."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

RECIPES = Path("models")
RESOURCES = Path("resources")

log = logging.getLogger("dragoman")


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command ``models`` with its verbs."""
    parser = subparsers.add_parser("models", help="fetch, install and check translation models")
    parser.set_defaults(run=run)
    verbs = parser.add_subparsers(title="verbs", dest="verb", required=True, metavar="VERB")

    verb = verbs.add_parser("fetch", help="bring a part's source files in and check them")
    _add_part(verb)
    verb.add_argument(
        "--output",
        type=Path,
        required=True,
        help="listing (.json) to write; the files go beside it",
    )

    verb = verbs.add_parser("install", help="convert, quantise and test a fetched part")
    _add_part(verb)
    verb.add_argument("--source", type=Path, required=True, help="listing (.json) that fetch wrote")
    verb.add_argument("--output", type=Path, required=True, help="manifest.json of the model's folder")
    verb.add_argument("--threads", type=int, default=1, help="threads of the self-test (default: 1)")

    verb = verbs.add_parser("verify", help="check that an installed model is the one that was tested")
    verb.add_argument("folder", type=Path, nargs="+", help="folder with manifest.json")

    verb = verbs.add_parser("lock", help="print the checksums of a fetched model, to paste into its recipe")
    verb.add_argument("name", help="the recipe's name")
    _add_recipes(verb)
    verb.add_argument("--resources", type=Path, default=RESOURCES, help=f"default: {RESOURCES}")

    verb = verbs.add_parser("list", help="list the recipes with their languages and licences")
    _add_recipes(verb)


def _add_part(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recipe", type=Path, required=True, help="the recipe (.yaml)")
    parser.add_argument("--part", required=True, help="name of the part")
    parser.add_argument("--log", type=Path, help="also write messages to this file")


def _add_recipes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--recipes", type=Path, default=RECIPES, help=f"folder of the recipes (default: {RECIPES})"
    )


def run(args: argparse.Namespace) -> int:
    """Runs a verb.

    Returns:
        0.

    Raises:
        DragomanError: what is wrong, in one line.
    """
    # here, not above: the parser of every verb of dragoman is built from this module
    from dragoman.models.fetch import fetch, listing_path
    from dragoman.models.install import install, lock_block
    from dragoman.models.installed import verify
    from dragoman.models.recipe import find_recipe, known, load_recipe
    from dragoman.store import write_json

    if args.verb == "fetch":
        recipe = load_recipe(args.recipe)
        found = fetch(recipe.part(args.part), _folder(args.output))
        write_json(args.output, {"recipe": recipe.name, "part": args.part, **found})
        log.info("fetched %s/%s: %d files", recipe.name, args.part, len(found["files"]))
    elif args.verb == "install":
        recipe = load_recipe(args.recipe)
        manifest = install(recipe, args.part, _folder(args.source), args.output.parent, args.threads)
        log.info("installed %s/%s: %s", recipe.name, args.part, manifest["id"])
    elif args.verb == "verify":
        for folder in args.folder:
            manifest = verify(folder)
            name = f"{manifest['recipe']}/{manifest['part']} {manifest['id']}"
            print(f"{folder}: {name} ({manifest['licence']}) is intact")
    elif args.verb == "lock":
        recipe = load_recipe(find_recipe(args.name, args.recipes))
        sources = args.resources / "sources" / recipe.name
        print(lock_block(recipe, [listing_path(sources / name) for name in recipe.parts]))
    elif args.verb == "list":
        for name in known(args.recipes):
            recipe = load_recipe(find_recipe(name, args.recipes))
            languages = sorted(language for part in recipe.parts.values() for language in part.languages)
            licences = sorted({part.licence for part in recipe.parts.values()})
            print(f"{name}\t{','.join(languages)}\t{', '.join(licences)}\t{recipe.description}")
    return 0


def _folder(listing: Path) -> Path:
    """Returns the folder whose listing this is: the name without ``.json``."""
    return listing.parent / listing.name.removesuffix(".json")
