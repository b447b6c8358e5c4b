"""What one photo may cost, each limit with its reason."""

MAX_BYTES = 20_000_000  # a 50-megapixel JPEG of a phone has 10 to 15 MB
# 51 MP admit the 50-megapixel phones (8192 x 6144), which write JPEG and HEIC.
MAX_PIXELS = {"JPEG": 51_000_000, "HEIC": 51_000_000}
# Everything else is decoded whole; WebP holds its RGBA pixels several times, 470 MB at 25 MP.
# 25 MP are the usual 24-megapixel cameras.
MAX_PIXELS_ELSEWHERE = 25_000_000
MAX_SIDE = 20_000  # Pillow keeps a pointer and a padded line per row, however narrow
# Eight times the networks' 128, and more than the page shows. The 128-pixel input made from it
# differs from the one made from the whole photo by 0.3 grey levels on average.
WORKING_SIDE = 1024
MAX_PROFILE_BYTES = 4 << 20  # profiles for printing presses reach 3 MB

# Of the process that decodes one photo.
MAX_MEMORY = 1 << 30  # bytes of address space
MAX_CPU_SECONDS = 4  # the costliest photo that is taken needs 1.9 s on a busy machine
MAX_SECONDS = 20  # by the clock, on a machine with other things to do
AT_ONCE = 2  # photos: each may take half a gigabyte, and there are two cores


def max_pixels(form: str) -> int:
    """The most pixels that a photo of this format may have."""
    return MAX_PIXELS.get(form, MAX_PIXELS_ELSEWHERE)
