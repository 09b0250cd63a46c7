"""An address as a QR code that a telephone reads off the paper; drawn here, nothing is fetched."""

from __future__ import annotations

import io

import qrcode
from qrcode.image.svg import SvgPathImage

#: A longer address would give a code too fine for a printed page.
_LONGEST = 300


def qr_svg(address: str) -> str:
    """The code as an SVG picture; empty when there is no address, or one too long to be scanned."""
    if not address or len(address.encode("utf-8", "replace")) > _LONGEST:
        return ""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0, image_factory=SvgPathImage)
    code.add_data(address.encode("utf-8", "replace"))
    drawn = io.BytesIO()
    code.make_image().save(drawn)
    return drawn.getvalue().decode()
