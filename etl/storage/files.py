"""Folders on this machine or on S3, as one kind of file system."""

from collections.abc import Iterator
from contextlib import contextmanager

from pyarrow import fs

from etl.errors import LakeUnreachableError
from etl.settings import Settings


@contextmanager
def opened_folder(settings: Settings, folder: str) -> Iterator[fs.FileSystem]:
    """The folder as a file system of its own: paths in it are relative, and ``""`` is itself.

    Args:
        settings: name the S3 server and its keys.
        folder: an absolute path, or ``s3://BUCKET/PREFIX``.

    Raises:
        LakeUnreachableError: the S3 server reports an error.
    """
    try:
        yield _file_system(settings, folder)
    except OSError as error:
        if not folder.startswith("s3://"):
            raise
        text = settings.without_secrets(" ".join(str(error).split()))
        raise LakeUnreachableError(f"{folder}: {text}") from error


def _file_system(settings: Settings, folder: str) -> fs.FileSystem:
    if not folder.startswith("s3://"):
        return fs.SubTreeFileSystem(folder, fs.LocalFileSystem())
    scheme, _, host = settings.s3_endpoint.partition("://")
    s3 = fs.S3FileSystem(
        access_key=settings.s3_key_id.get_secret_value(),
        secret_key=settings.s3_secret.get_secret_value(),
        region=settings.s3_region,
        scheme=scheme or None,
        endpoint_override=host or None,
    )
    return fs.SubTreeFileSystem(folder.removeprefix("s3://"), s3)
