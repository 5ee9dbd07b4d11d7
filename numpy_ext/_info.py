"""What this installation is."""

from numpy_ext import _native

__all__ = ["info"]


def info() -> dict[str, str | bool]:
    """Return what this build of numpy_ext is.

    Returns
    -------
    dict
        ``version``; ``build_type``, "release" unless built for debugging;
        ``sanitizer``, whether a sanitizer is compiled in; ``cpu``, the instruction
        set in use ("avx512", "avx2" or "portable").

    Examples
    --------
    >>> import numpy_ext as npx
    >>> sorted(npx.info())
    ['build_type', 'cpu', 'sanitizer', 'version']
    """
    return _native.build_info()
