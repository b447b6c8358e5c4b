"""Numbers as people read them."""

UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def short(number: float) -> str:
    """Three digits and a unit: 9155 -> "9.2 k", 106987008 -> "107 M"."""
    for size, unit in UNITS:
        if number >= size:
            scaled = number / size
            return f"{scaled:.0f} {unit}" if scaled >= 99.5 else f"{scaled:.1f} {unit}"
    return f"{number:.0f}"


def thousands(number: int) -> str:
    """214979 -> "214 979" with a narrow space that does not break, as both languages read it."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def percent(share: float) -> str:
    """0.3041 -> "30"."""
    return f"{100 * share:.0f}"


def precise(share: float) -> str:
    """0.0347 -> "3.5", for shares that are often small."""
    return f"{100 * share:.1f}"


def milliseconds(duration: float) -> str:
    """One decimal below ten, none above."""
    return f"{duration:.1f}" if duration < 9.95 else f"{duration:.0f}"


def iou(value: float | None) -> str:
    """Two decimals; a dash for a class that neither truth nor answer has."""
    return "–" if value is None else f"{value:.2f}"
