"""Compressed content: members, frames and archives that Python writes."""

import io
import struct
import zipfile
import zlib

from numpy_ext import _codecs

try:
    zstd = _codecs.zstd_library()
except ImportError:
    zstd = None


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive, the same at any time of day."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return made.getvalue()


def bgzip_block(text: bytes, level: int = 6) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    packed = packer.compress(text) + packer.flush()
    head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0"
    tail = struct.pack("<II", zlib.crc32(text), len(text))
    return head + struct.pack("<H", len(packed) + 25) + packed + tail


def zstd_frame(data: bytes, with_size: bool = True, level: int = 3) -> bytes:
    if hasattr(zstd, "ZstdCompressionReader"):  # the package
        maker = zstd.ZstdCompressor(
            write_content_size=with_size, write_checksum=True, level=level
        )
        if with_size:
            return maker.compress(data)
        stream = maker.compressobj()
        return stream.compress(data) + stream.flush()
    parameter = zstd.CompressionParameter
    options = {parameter.checksum_flag: 1, parameter.compression_level: level}
    if with_size:
        return zstd.compress(data, options=options)
    maker = zstd.ZstdCompressor(options=options)
    return maker.compress(data) + maker.flush()
