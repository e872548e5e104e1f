"""What reading a picture for the gallery can come to, in words; apart from enrol.py so that operations need no numpy."""

from __future__ import annotations

from collections.abc import Mapping

OUTCOMES: Mapping[str, str] = {
    "enrolled": "one face learned",
    "no_image": "no image of its own",
    "no_face": "no face found in the image",
    "several_faces": "several faces in the image",
    "low_quality": "the face is too small, blurred or turned away",
    "disagrees": "the faces on the page are not this person's, as far as the others can tell",
    "unreadable": "the image cannot be read",
}
