"""Files to throw at the decoder, all made here: good ones, damaged ones, bombs, impostors."""

import base64
import io
import random
import struct
import zlib
from collections.abc import Callable, Iterator

import numpy as np
import pillow_heif
from PIL import Image, ImageCms

from segdemo.data.image_formats import FORMATS

pillow_heif.register_heif_opener()  # to write HEIC
SIZE = (37, 23)  # odd on purpose
MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "LAB", "I", "I;16", "F")
VARIANTS = {
    "JPEG": [{"progressive": True}, {"subsampling": 0, "quality": 100}, {"restart_marker_rows": 1}],
    "PNG": [{"compress_level": 0}, {"bits": 2}],
    "WEBP": [{"lossless": True}, {"quality": 1}],
    "TIFF": [{"compression": name} for name in ("packbits", "tiff_lzw", "tiff_adobe_deflate")],
    "GIF": [{"interlace": 1}],
    "AVIF": [{"subsampling": "4:4:4", "quality": 100}],
    "HEIC": [{"chroma": 444, "quality": 100}],
}
# With another mode Pillow 12.3 corrupts its memory on writing these.
TIFF_JPEG_MODES = ("L", "RGB")
REFUSED_TIFF_CODECS = ("tiff_ccitt", "group3", "group4")  # of mode "1"
ANIMATED = ("GIF", "WEBP", "PNG", "TIFF", "AVIF")


def save(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "HEIF" if form == "HEIC" else form, **options)
    return file.getvalue()


def picture(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """A colourful picture without symmetry, in any of MODES."""
    width, height = size
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    if mode == "F":
        return Image.fromarray((x / 255 + y).astype(np.float32))
    if mode == "I;16":
        return Image.fromarray((x * 200 + y * 57).astype(np.uint16))
    rgba = np.dstack([x, y, (x + 2 * y) / 3, 255 - x / 2]).astype(np.uint8)
    image = Image.fromarray(rgba)
    if mode == "RGBA":
        return image
    if mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image.convert("RGB"), srgb, lab, outputMode="LAB")
    if mode == "PA":
        return image.convert("RGB").convert("P").convert("PA")
    return (image if mode == "LA" else image.convert("RGB")).convert(mode)


def whole() -> Iterator[tuple[str, bytes]]:
    """(name, file) for every format, mode and variant that Pillow can write, one picture each."""
    for form in FORMATS:
        for mode in MODES:
            if (form, mode) == ("PNG", "I"):  # deprecated; it writes what I;16 does
                continue
            for options in ({}, *VARIANTS.get(form, ())):
                try:
                    data = save(picture(mode), form, **options)
                except (OSError, ValueError, KeyError):  # Pillow cannot write this mode so
                    continue
                yield f"{form} {mode} {options or ''}", data
    for mode in TIFF_JPEG_MODES:
        yield f"TIFF {mode} jpeg", save(picture(mode), "TIFF", compression="jpeg")


def animated() -> Iterator[tuple[str, bytes]]:
    """(name, file) of several pictures each; MPO is what Pillow calls such a JPEG."""
    frames = [Image.new("RGB", SIZE, colour) for colour in ("red", "lime", "blue")]
    for form in (*(f for f in FORMATS if f in ANIMATED), "MPO"):
        yield form, save(frames[0], form, save_all=True, append_images=frames[1:], quality=95)


def cuts(data: bytes) -> list[bytes]:
    """The file cut off at nine places, evenly."""
    return [data[: len(data) * tenth // 10] for tenth in range(1, 10)]


def mutate(data: bytes, rng: random.Random) -> bytes:
    """The file with a few random changes: bits, bytes, numbers, cuts, repeated or missing parts."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        if not changed:
            break
        # Headers stand in front: half of the changes go there.
        place = rng.randrange(min(len(changed), rng.choice((64, len(changed)))))
        end = place + rng.randrange(1, 1 + min(64, len(changed)))
        match rng.randrange(7):
            case 0:
                changed[place] ^= 1 << rng.randrange(8)
            case 1:
                changed[place] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))
            case 2:
                number = rng.choice((0, 1, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF))
                changed[place : place + 4] = struct.pack(rng.choice("<>") + "I", number)
            case 3:
                del changed[place:end]
            case 4:
                changed[place:place] = changed[place:end] * rng.choice((1, 2, 50))
            case 5:
                changed[place:end] = rng.randbytes(end - place)
            case 6:
                del changed[rng.randrange(len(changed)) :]
    return with_checksums(bytes(changed)) if rng.random() < 0.5 else bytes(changed)


def with_checksums(data: bytes) -> bytes:
    """A damaged PNG whose chunks pass their checksums, so that what they hold is read at all."""
    repaired, place = bytearray(data), 8
    while data.startswith(b"\x89PNG") and place + 12 <= len(data):
        end = place + 8 + struct.unpack_from(">I", data, place)[0]
        if end + 4 > len(data):
            break
        struct.pack_into(">I", repaired, end, zlib.crc32(data[place + 4 : end]))
        place = end + 4
    return bytes(repaired)


def impostors() -> dict[str, tuple[bytes, str | None]]:
    """What is no photo, whatever its name says: (file, the format that the refusal names)."""
    image = picture()
    unknown = {
        "html": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
        "text": "một bức ảnh".encode(),
        "spaces": b" " * 4096,
        "zeros": bytes(4096),
        "zip": b"PK\3\4" + bytes(60),
        "postscript": save(image, "EPS"),
        "html with a png": b"<html>" + save(image, "PNG"),
        "lfs pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
        **{form: save(image, form) for form in ("PPM", "TGA", "PCX", "SGI")},
    }
    named = {
        "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" width="9"/>', "SVG"),
        "svg after xml": (b'<?xml version="1.0"?><!DOCTYPE svg><svg onload="alert(1)"/>', "SVG"),
        "pdf": (save(image, "PDF"), "PDF"),
        "pdf with a jpeg": (b"%PDF-1.4\n" + save(image, "JPEG"), "PDF"),
        "mp4": (_boxes(b"isom", b"isom", b"mp42"), "MP4"),
        "cr3": (_boxes(b"crx ", b"crx ", b"isom"), "CR3"),
        "cr2": (b"II*\0\x10\0\0\0CR\2\0" + bytes(64), "CR2"),
        "jxl": (b"\xff\x0a" + bytes(64), "JPEG XL"),
        "jxl in boxes": (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(64), "JPEG XL"),
        "jpeg 2000": (save(image, "JPEG2000"), "JPEG 2000"),
        "ico": (save(image, "ICO"), "ICO"),
        "bigtiff": (save(image, "TIFF", big_tiff=True), "BigTIFF"),
    }
    return {name: (data, None) for name, data in unknown.items()} | named


def _boxes(major: bytes, *compatible: bytes) -> bytes:
    """The beginning of a file in boxes, as HEIF and MP4 are."""
    brands = major + bytes(4) + b"".join(compatible)
    return struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands + bytes(64)


def polyglots() -> dict[str, bytes]:
    """Photos that are something else as well."""
    jpeg, png = save(picture(), "JPEG"), save(picture(), "PNG")
    gif = save(picture("P"), "GIF")
    return {
        "jpeg with html in a comment": jpeg[:2] + segment(0xFE, b"<script>alert(1)") + jpeg[2:],
        "jpeg and zip": jpeg + b"PK\3\4" + bytes(60) + b"PK\5\6" + bytes(18),
        "png and html": png + b"<html><script>alert(1)</script>",
        "gif and javascript": gif + b"*/=1;alert(1)",
    }


# Bombs: each cost Pillow seconds or gigabytes by itself, and fits into the limit of bytes.


def segment(marker: int, payload: bytes) -> bytes:
    """One segment of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int, height: int, pixels: bytes, *before: bytes, depth: int = 8, colour: int = 2
) -> bytes:
    """A PNG of these lines, each with its filter byte, `before` being chunks ahead of them."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            *before,
            chunk(b"IDAT", zlib.compress(pixels)),
            chunk(b"IEND", b""),
        ]
    )


def tiff(entries: list[tuple[int, int, int, int]], length: int) -> bytes:
    """A little-endian TIFF of one directory: (tag, type, count, value or offset), padded."""
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    head = b"II*\0" + struct.pack("<IH", 8, len(entries)) + directory + bytes(4)
    return head.ljust(length, b"\1")


def grey_tiff(width: int, height: int, *entries: tuple[int, int, int, int], length: int) -> bytes:
    """8-bit grey, uncompressed, in one strip at byte 4096 unless `entries` say otherwise."""
    tags = {256: width, 257: height, 258: 8, 259: 1, 262: 1, 273: 4096, 277: 1, 278: height, 279: 0}
    own = {entry[0] for entry in entries}
    base = [(tag, 4, 1, value) for tag, value in tags.items() if tag not in own]
    return tiff(sorted([*base, *entries]), length)


def overlapping_exif(length: int) -> bytes:
    """100 tags, each of which claims the whole block as its value."""
    return tiff([(1000 + tag, 7, length - 8, 8) for tag in range(100)], length)


def _huge_png() -> bytes:
    line = zlib.compressobj(9)
    lines = b"".join(line.compress(bytes(6251)) for _ in range(50_000)) + line.flush()
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)),
            chunk(b"IDAT", lines),
            chunk(b"IEND", b""),
        ]
    )


def _long_gif(frames: int = 10_000) -> bytes:
    one = save(Image.new("P", (8, 8)), "GIF")
    start = one.index(b",", 13)
    return one[:start] + one[start:-1] * frames + b";"


def _jpeg_exif_in_pieces() -> bytes:
    jpeg = save(picture(), "JPEG")
    large, tiny = segment(0xE1, b"Exif\0\0" + bytes(65_000)), segment(0xE1, b"Exif\0\0a")
    return jpeg[:2] + large * 150 + tiny * 20_000 + jpeg[2:]


def _jpeg_exif_overlap() -> bytes:
    jpeg, exif = save(picture(), "JPEG"), overlapping_exif(8_000_000)
    pieces = [exif[i : i + 65_000] for i in range(0, len(exif), 65_000)]
    tables = jpeg.index(b"\xff\xdb")  # without the JFIF segment Pillow looks for a DPI in EXIF
    return jpeg[:2] + b"".join(segment(0xE1, b"Exif\0\0" + p) for p in pieces) + jpeg[tables:]


def _jpeg_scans(times: int = 5_000) -> bytes:
    jpeg = save(Image.new("L", (8000, 6000), 128), "JPEG", progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    scan = jpeg[last:-2]
    return jpeg[:last] + scan * times + jpeg[last:]


def _png_profiles() -> bytes:
    profile = chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(1_000_000)))
    return png(1, 1, bytes(4), *[profile] * 2_000)


def _png_text_bomb() -> bytes:
    return png(1, 1, bytes(4), chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(200_000_000), 9)))


def _png_profile_bomb() -> bytes:
    return png(1, 1, bytes(4), chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(200_000_000), 9)))


def _png_chunks() -> bytes:
    return png(1, 1, bytes(4), *[chunk(b"tEXt", b"a\0b")] * 1_300_000)


def _png_many_pixel_chunks() -> bytes:
    good = png(64, 64, bytes(64 * 193))
    start = good.index(b"IDAT") - 4
    return good[:start] + chunk(b"IDAT", b"") * 1_600_000 + good[start:]


def _png_exif_overlap() -> bytes:
    return png(1, 1, bytes(4), chunk(b"eXIf", overlapping_exif(8_000_000)))


def _tiff_overlap() -> bytes:
    length = 8_000_000
    junk = [(40_000 + tag, 7, length - 8, 8) for tag in range(100)]
    return grey_tiff(8, 8, (279, 4, 1, 64), *junk, length=length)


def _tiff_rationals() -> bytes:
    return grey_tiff(8, 8, (282, 5, 2_000_000, 5000), length=16_005_000)


def _tiff_values() -> bytes:
    return grey_tiff(8, 8, (273, 4, 4_000_000, 5000), (278, 4, 1, 1), length=16_005_000)


def _tiff_wide_tiles() -> bytes:
    width, height, count = 60_000, 16, 1250
    tile = zlib.compress(bytes(width * height), 9)
    tags = [(259, 3, 1, 8), (322, 4, 1, width), (323, 4, 1, height)]
    tags += [(324, 4, count, 8192), (325, 4, count, 16384)]
    head = grey_tiff(1, 20_000, *tags, length=8192)
    starts = struct.pack("<I", 32768) * count
    lengths = struct.pack("<I", len(tile)) * count
    return (head + starts).ljust(16384, b"\0") + lengths.ljust(16384, b"\0") + tile


def _gif_comment() -> bytes:
    gif = save(Image.new("P", (8, 8)), "GIF")
    start = gif.index(b",", 13)
    comment = b"!\xfe" + (b"\xff" + b"a" * 255) * 70_000 + b"\0"
    return gif[:start] + comment + gif[start:]


def _bmp_runs() -> bytes:
    side = 3000
    runs = b"\x01\x05" * (side * side)
    fields = (40, side, side, 1, 8, 1, len(runs), 0, 0, 256, 0)
    head = struct.pack("<IiiHHIIiiII", *fields) + bytes(1024)
    start = 14 + len(head)
    return b"BM" + struct.pack("<IHHI", start + len(runs), 0, 0, start) + head + runs


def _avif_exif_overlap() -> bytes:
    length = 8_000_000
    plain = tiff([], length)
    avif = save(picture(), "AVIF", exif=plain)
    return avif.replace(plain, overlapping_exif(length))


# Image.new("RGBA", (16000, 16000), (9, 99, 9, 100)) saved as AVIF 4:4:4, then each place that
# states the size overwritten by 64 x 64. Encoding it takes 40 s and 3 GB, so here is what came out.
_LYING_AVIF = (
    b"c-muNU{FXasVqn=%S>Yc0uY^>nP!-qnV9D5Xz0kmz}S|XT9U{B0g4$ZIYm%5LqTS82?HA7E66O#1+y4|SSK?lKN-YvVP"
    b"IeaivTglBL)VZG9Vw!V_e6;z-"
    b"|I$J7s3(ft>)Bkpgm3nV{w*mKhj2=jY^uZAQp2L1Y|r3NjKQGDWFrFn1)DR^))~1lf8xv!JK|NYBkINX`e+BALYnsZf;"
    b";P%Kc8S&<16VCLZ908%`OWrog;_Fy%_$@w`&dC55yK+|{`*cu=ng(zo4D3+H230MHFb_Ov@i}I{;3sTd;gp*ZrW^#d5a"
    b"b<ByYHqO=P)%k|W@1sLRU*v!a+w9Wuy6)CoQ098nT3Igg^{(59q58hxhaVyLJV9S^55&~fBtWEFj~qdpxR(^p@G5t%Ln"
    b"my;>9x<!=}W@e!O{wb#Ig8A6H{v?!wCGjvO8P-Jh1s*?D)@Vs^v)%av)fjcr675*OrX{d2JR7JVdIaw<din#r-"
    b"7gs*xRr~PS)m~h+rU8}|R%S)$=$SFTmGEcg{<ZV9h_ZF=Qi+6Xfu!y*KSZDP!@^zXK);T{i?%uca`j5;%NeMjWoZhsEL"
    b"%PmqAly3Y%TZsB`f}8lBgK~{<k)zFp1R2J7_iRdwg=Ujf0wYBNI4iikq}^0G%PB)>}#-"
    b"b0|P_S`BR$5r}%T;3Z15?G=FNio2YL~L%+0C-"
    b"_$dzYc{<UKDxQvX4}4y?K@I_ZF#Hl$ID6ng=SObVGoaM6&dUHwDl`*n9q|^|6h+sNyst4U~0g!f@2PHmp&SCd!_!Lep2"
    b"&s6)WoppdBvJ4mBIu_5Z$JtgJBcr;*w}tH^H_>`yN2dZlZ8V%q13i<jQDh!$)Vz3SO?Qqi~j<<r)UiaIjiHjDGGo0OGW"
    b"v-l97x{<xDn@PCLp_OGD6_}6zy2~EIdi0vCmawDJJ#qFq^spn596Pq~8U+;O>593u$9)tkxwJ|B^-"
    b"1nr@uX+mCyT#5sE}p4TC>+l)5Dk7)vRfP|AXNYRHM-`8Xcq2F&Z7C(J>kwqtP)M9RnX7Q8e_%P&J!oq3#X<g=fca"
)


def _avif_lying_about_its_size() -> bytes:
    return zlib.decompress(base64.b85decode(_LYING_AVIF))


BOMBS: dict[str, Callable[[], bytes]] = {
    "png 50,000 x 50,000": _huge_png,
    "png 2,000 profiles": _png_profiles,
    "png text bomb": _png_text_bomb,
    "png profile bomb": _png_profile_bomb,
    "png 1,300,000 chunks": _png_chunks,
    "png 1,600,000 pixel chunks": _png_many_pixel_chunks,
    "png exif overlapping": _png_exif_overlap,
    "jpeg exif in pieces": _jpeg_exif_in_pieces,
    "jpeg exif overlapping": _jpeg_exif_overlap,
    "jpeg of 5,000 scans": _jpeg_scans,
    "tiff overlapping": _tiff_overlap,
    "tiff 2,000,000 rationals": _tiff_rationals,
    "tiff 4,000,000 strips": _tiff_values,
    "tiff wide tiles": _tiff_wide_tiles,
    "gif of 10,000 frames": _long_gif,
    "gif comment": _gif_comment,
    "bmp runs": _bmp_runs,
}
if "AVIF" in FORMATS:
    BOMBS["avif exif overlapping"] = _avif_exif_overlap
    BOMBS["avif lying about its size"] = _avif_lying_about_its_size
