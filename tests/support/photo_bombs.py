"""Photos that fit into the limit of bytes, and each cost Pillow seconds or gigabytes by itself."""

import base64
import struct
import zlib
from collections.abc import Callable

from PIL import Image
from support.photo_corpus import chunk, grey_tiff, picture, png, save, segment, tiff

from segdemo.data.image_formats import FORMATS


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


def _png_of_chunks(kind: bytes, data: bytes, times: int = 1) -> bytes:
    """A PNG of one pixel with many times this chunk before it."""
    return png(1, 1, bytes(4), *[chunk(kind, data)] * times)


def _zeros(count: int) -> bytes:
    """Of a text or a profile in a PNG: a name, and so many bytes, compressed."""
    return b"x\0\0" + zlib.compress(bytes(count), 9)


def _png_many_pixel_chunks() -> bytes:
    good = png(64, 64, bytes(64 * 193))
    start = good.index(b"IDAT") - 4
    return good[:start] + chunk(b"IDAT", b"") * 1_600_000 + good[start:]


def _tiff_overlap() -> bytes:
    length = 8_000_000
    junk = [(40_000 + tag, 7, length - 8, 8) for tag in range(100)]
    return grey_tiff(8, 8, (279, 4, 1, 64), *junk, length=length)


def _tiff_values(*entries: tuple[int, int, int, int]) -> bytes:
    return grey_tiff(8, 8, *entries, length=16_005_000)


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


BOMBS: dict[str, Callable[[], bytes]] = {
    "png 50,000 x 50,000": _huge_png,
    "png 2,000 profiles": lambda: _png_of_chunks(b"iCCP", _zeros(1_000_000), 2_000),
    "png text bomb": lambda: _png_of_chunks(b"zTXt", _zeros(200_000_000)),
    "png profile bomb": lambda: _png_of_chunks(b"iCCP", _zeros(200_000_000)),
    "png 1,300,000 chunks": lambda: _png_of_chunks(b"tEXt", b"a\0b", 1_300_000),
    "png 1,600,000 pixel chunks": _png_many_pixel_chunks,
    "png exif overlapping": lambda: _png_of_chunks(b"eXIf", overlapping_exif(8_000_000)),
    "jpeg exif in pieces": _jpeg_exif_in_pieces,
    "jpeg exif overlapping": _jpeg_exif_overlap,
    "jpeg of 5,000 scans": _jpeg_scans,
    "tiff overlapping": _tiff_overlap,
    "tiff 2,000,000 rationals": lambda: _tiff_values((282, 5, 2_000_000, 5000)),
    "tiff 4,000,000 strips": lambda: _tiff_values((273, 4, 4_000_000, 5000), (278, 4, 1, 1)),
    "tiff wide tiles": _tiff_wide_tiles,
    "gif of 10,000 frames": _long_gif,
    "gif comment": _gif_comment,
    "bmp runs": _bmp_runs,
}
if "AVIF" in FORMATS:
    BOMBS["avif exif overlapping"] = _avif_exif_overlap
    BOMBS["avif lying about its size"] = lambda: zlib.decompress(base64.b85decode(_LYING_AVIF))
