"""Fetching a model's files from the Hugging Face hub, or a mirror of it named by HF_ENDPOINT."""

from __future__ import annotations

from pathlib import Path

from dragoman.errors import ModelError
from dragoman.models.layout import CONFIG, LAYOUTS, select, weights

NOT_FOUND = 404


def fetch_hub(
    repository: str, revision: str, format_name: str, folder: Path, *, pickle: bool = False
) -> tuple[list[str], str]:
    """Downloads the files of a model and no others; an interrupted download goes on where it stopped.

    Only the hub's download addresses are used (``/<repository>/resolve/<revision>/<file>``), no listing, so
    a plain mirror of files will do. The revision is resolved to its commit once, so that all files are of one
    state of the repository.

    Args:
        repository: ``owner/name``.
        revision: branch, tag or commit.
        format_name: a key of ``layout.LAYOUTS``.
        folder: where the files go.
        pickle: whether pickled weights may be used.

    Returns:
        The names of the files, sorted, and the commit.

    Raises:
        ModelError: the repository, revision or a needed file is not there, or the hub cannot be reached.
    """
    import huggingface_hub
    from huggingface_hub.errors import HTTPError

    layout = LAYOUTS[format_name]
    what = f"hub: {repository} at {revision}"
    try:
        address = huggingface_hub.hf_hub_url(repository, CONFIG, revision=revision)
        commit = huggingface_hub.get_hf_file_metadata(address).commit_hash or revision
        names = [name for name in layout.required if _download(repository, commit, name, folder)]
        for name in weights(format_name, pickle):
            if _download(repository, commit, name, folder):
                names.append(name)
                break
        names += [name for name in layout.optional if _download(repository, commit, name, folder)]
    except (HTTPError, OSError, ValueError) as error:
        # ValueError is the client's word for a name that it does not accept
        raise ModelError(f"{what}: {_reason(error)}") from error
    return select(names, format_name, what, pickle=pickle), commit


def _download(repository: str, commit: str, name: str, folder: Path) -> bool:
    """Downloads one file; False when the repository does not have it."""
    import huggingface_hub
    from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError

    try:
        huggingface_hub.hf_hub_download(repository, name, revision=commit, local_dir=folder)
    except OSError as error:
        origin = error.__cause__ if error.__cause__ is not None else error
        unknown = isinstance(origin, (RepositoryNotFoundError, RevisionNotFoundError))
        if not unknown and _status(origin) == NOT_FOUND:
            return False
        raise
    return True


def _status(error: BaseException) -> int | None:
    """Returns the HTTP status that an error of the hub's client carries, if any."""
    return getattr(getattr(error, "response", None), "status_code", None)


def _reason(error: Exception) -> str:
    """Says what went wrong and what to do, in one line."""
    from huggingface_hub.errors import OfflineModeIsEnabled, RepositoryNotFoundError, RevisionNotFoundError

    origin: BaseException = error
    while origin.__cause__ is not None:
        origin = origin.__cause__
    for step in (error, error.__cause__):
        if isinstance(step, RepositoryNotFoundError):
            return "no such repository, or it is private; check the name (private ones need: hf auth login)"
        if isinstance(step, RevisionNotFoundError):
            return "no such revision; check source.revision"
        if isinstance(step, OfflineModeIsEnabled):
            return "HF_HUB_OFFLINE is set; unset it, or give the model as a path (models/README.md)"
        if step is not None and _status(step) == NOT_FOUND:
            return f"no such repository, revision or {CONFIG}; check the name"
    text = " ".join(str(origin).split()) or type(origin).__name__
    return f"not fetched ({text}); run again to go on, or give the model as a path (models/README.md)"
