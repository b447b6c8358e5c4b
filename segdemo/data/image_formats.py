"""Which format a file is of, by its content and never by its name."""

from PIL import features

from segdemo.errors import InputError

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "HEIC")
if features.check("avif"):  # some builds of Pillow go without
    FORMATS += ("AVIF",)

_BEGINNINGS = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"BM": "BMP",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    # Not read here, but named in the sentence that says so.
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL \r\n\x87\n": "JPEG XL",
    b"\0\0\0\x0cjP  \r\n\x87\n": "JPEG 2000",
    b"\xff\x4f\xff\x51": "JPEG 2000",
    b"8BPS": "PSD",
    b"\0\0\1\0": "ICO",
    b"%PDF": "PDF",
    b"<svg": "SVG",
    b"<?xml": "SVG",
    b"FUJIFILMCCD-RAW": "RAF",
    b"IIRO": "ORF",
    b"IIRS": "ORF",
    b"IIU\0": "RW2",
    b"II\xbc\1": "JPEG XR",
    b"v/1\1": "OpenEXR",
    b"#?RADIANCE": "HDR",
    b"gimp xcf": "XCF",
    # After those that go on like a TIFF.
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "BigTIFF",
    b"MM\0+": "BigTIFF",
}
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_HEIF_BRANDS = {b"mif1", b"msf1"}  # either of the two: the compatible brands tell
_UNREAD_BRANDS = {b"crx ": "CR3", b"jxl ": "JPEG XL"}


def identify(data: bytes) -> str:
    """Which of FORMATS a file begins like.

    Raises InputError, which names the format where it is known.
    """
    form = _name(data)
    if form is None:
        raise InputError("photo.not-a-photo", formats=", ".join(FORMATS))
    if form not in FORMATS:
        raise InputError("photo.unread-format", format=form)
    return form


def _name(data: bytes) -> str | None:
    if data[4:8] == b"ftyp":
        return _name_by_brand(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data.startswith(b"II*\0") and data[8:10] == b"CR":
        return "CR2"
    return next((name for start, name in _BEGINNINGS.items() if data.startswith(start)), None)


def _name_by_brand(data: bytes) -> str:
    """Of a file in boxes, as HEIF and MP4 are."""
    length = min(int.from_bytes(data[:4], "big"), 512)
    major, *compatible = (data[i : i + 4] for i in (8, *range(16, length, 4)))
    if major in _AVIF_BRANDS or (major in _HEIF_BRANDS and not _AVIF_BRANDS.isdisjoint(compatible)):
        return "AVIF"
    if major in _HEIC_BRANDS | _HEIF_BRANDS:
        return "HEIC"
    return _UNREAD_BRANDS.get(major, "MP4")
