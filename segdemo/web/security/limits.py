"""How much of everything a visitor may ask for; for a photo see `segdemo.data.photo_limits`."""

from segdemo.data.photo_limits import MAX_BYTES

FRAMING = 65_536  # bytes: a form's boundaries and headers, a call's other values
MAX_FORM = MAX_BYTES + FRAMING  # one photo of the largest size, or several smaller ones
MAX_CALL = MAX_BYTES * 4 // 3 + FRAMING  # the same photo as a base64 `data:` URL
MAX_TEXT = 1_000_000  # bytes of a call beside such photos: Gradio logs what it cannot use
# The page's own calls hold up to 100 values, photos being one each.
MAX_VALUES = 20_000
MAX_DEPTH = 32
MAX_SESSION_NAME = 128  # characters; browsers and gradio_client send 10 to 36

WAITING_CALLS = 200  # in the queue; more are told to come back later
SESSIONS = 300  # remembered, those used last: three classes; 0.4 MB each
UPLOADS_KEPT = 3600  # seconds that a photo or a result stays on disk
CLEANUP_INTERVAL = UPLOADS_KEPT // 4  # seconds from one look for old files to the next
MIN_FREE_DISK = 200_000_000  # bytes that uploads leave free: ten of the largest, at the same time
SHUTDOWN_TIMEOUT = 2  # seconds that running answers get when the server is told to stop
