"""Text and marks on an image, in the fonts that Gradio ships: Vietnamese needs one that has it."""

from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

INK = (24, 24, 27)
FAINT = (82, 82, 91)
RULE = (212, 212, 216)
PAPER = (255, 255, 255)
BAD = (153, 27, 27)
LEADING = 1.3  # height of a line, in sizes of its letters

FOLDER = files("gradio").joinpath("templates", "frontend", "static", "fonts", "SourceSansPro")
Colour = tuple[int, int, int]


class Fonts:
    """Letters by size and weight. For one report: FreeType's are not to be shared by threads."""

    def __init__(self):
        self._sized: dict[tuple[int, bool], ImageFont.FreeTypeFont] = {}

    def get(self, size: int, bold: bool) -> ImageFont.FreeTypeFont:
        if (size, bold) not in self._sized:
            file = FOLDER / f"SourceSansPro-{'Bold' if bold else 'Regular'}.woff2"
            self._sized[size, bold] = ImageFont.truetype(str(file), size)
        return self._sized[size, bold]


class Pen:
    """Draws on one image; every x and y is a top left corner, in pixels."""

    def __init__(self, sheet: Image.Image, fonts: Fonts):
        self._draw = ImageDraw.Draw(sheet)
        self._font = fonts.get

    def width(self, text: str, size: int, bold: bool = False) -> float:
        return self._font(size, bold).getlength(text)

    def write(
        self, x: float, y: float, text: str, size: int, bold: bool = False, colour: Colour = INK
    ) -> None:
        """One line, however long."""
        self._draw.text((x, y), text, colour, self._font(size, bold))

    def write_right(
        self, x: float, y: float, text: str, size: int, bold: bool = False, colour: Colour = INK
    ) -> None:
        """One line that ends at x."""
        self.write(x - self.width(text, size, bold), y, text, size, bold, colour)

    def paragraph(
        self, x: float, y: float, width: float, text: str, size: int, colour: Colour = INK
    ) -> float:
        """Lines no wider than `width`, broken between words; returns the y below them."""
        for line in self._lines(text, width, size):
            self.write(x, y, line, size, colour=colour)
            y += LEADING * size
        return y

    def block(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle."""
        self._draw.rectangle((x, y, x + width - 1, y + height - 1), colour)

    def numbered(self, x: float, y: float, number: int, size: int) -> None:
        """A number in a disc of diameter `size`."""
        self._draw.ellipse((x, y, x + size, y + size), RULE)
        middle = (x + size / 2, y + size / 2)
        self._draw.text(middle, str(number), INK, self._font(size * 2 // 3, True), anchor="mm")

    def _lines(self, text: str, width: float, size: int) -> list[str]:
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".lstrip()
            if lines[-1] and self.width(longer, size) > width:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines
