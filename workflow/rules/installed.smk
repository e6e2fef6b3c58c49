# Where installed models are, and which of them a job needs.


def installed(recipe, part):
    """The manifest of an installed part."""
    return f"{settings.resources.as_posix()}/models/{recipe}/{part}/manifest.json"


def model_manifest(language, model=""):
    """The installed model that translates into a language: that in use, or that of a recipe."""
    return installed(*PART_FOR[language, model])


def back_manifest(language):
    """The installed model that translates back from a language."""
    return installed(BACK, BACK_PARTS[language])


def speller_for(*recipes):
    """The model that spells names for recipes of which one copies them, as the input romaniser."""
    return (
        installed(SPELLER, SPELLER_PART)
        if SPELLER and COPIES_NAMES.intersection(recipes)
        else []
    )


def speller_option(wildcards, input):
    return (
        f"--romaniser {shlex.quote(str(Path(input.romaniser).parent))}"
        if input.romaniser
        else ""
    )


MODELS = list(dict.fromkeys(model_manifest(language) for language in LANGUAGES))
