"""The tags of a TIFF or EXIF block that decide which picture is shown, read without Pillow.

Pillow refuses a camera's raw file, without saying what it is, before it tells its tags; and it
copies everything that an EXIF block points to.
"""

import struct

SUBFILE_TYPE, BITS, COMPRESSION, PHOTOMETRIC, ORIENTATION = 254, 258, 259, 262, 274
COLOUR_MAP, DNG_VERSION = 320, 50706
_TYPES = {1: "B", 3: "H", 4: "I", 7: "B"}  # byte, short, long, undefined


def read_tags(block: bytes, *wanted: int) -> dict[int, int]:
    """The first value of each wanted tag that the first directory has.

    Raises struct.error for a block that ends too soon, and for a wanted tag that is there twice
    or has no whole number.
    """
    order = ">" if block.startswith(b"MM") else "<"
    values = {}
    (start,) = struct.unpack_from(order + "I", block, 4)
    (length,) = struct.unpack_from(order + "H", block, start)
    for entry in range(start + 2, start + 2 + 12 * length, 12):
        tag, kind, count = struct.unpack_from(order + "HHI", block, entry)
        if tag not in wanted:
            continue
        if tag in values or kind not in _TYPES:
            raise struct.error("a tag that is there twice or of a wrong type")
        place, number = entry + 8, order + _TYPES[kind]
        if count * struct.calcsize(number) > 4:  # here stands not the values but where they are
            (place,) = struct.unpack_from(order + "I", block, place)
        (values[tag],) = struct.unpack_from(number, block, place)
    return values


def read_orientation(exif: bytes) -> int:
    """The orientation, 1 to 8, in an EXIF block; 1 where there is none or it makes no sense."""
    try:
        value = read_tags(exif.removeprefix(b"Exif\0\0"), ORIENTATION).get(ORIENTATION, 1)
    except struct.error:
        return 1
    return value if 1 <= value <= 8 else 1
