"""Errors about files, packages, classes, fonts and images that are missing or cannot be read."""

from __future__ import annotations

import os
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from texbook.messages.known import close_names
from texbook.messages.providers import ENVIRONMENTS, MACROS
from texbook.messages.scene import Explained
from texbook.system.packages import find_font_package, find_package

if TYPE_CHECKING:
    from texbook.messages.scene import EnginePlace, Scene

_MOST_ENTRIES = 5000
"""Files of the book's folder that are looked through for one that may have been meant."""
_IMAGES = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".eps", ".svg", ".bmp"})
_FONT_FILE = re.compile(r"\.(?:otf|ttf|ttc|tfm|pfb)$")


def missing_file(found: re.Match[str], scene: Scene) -> Explained:
    """``File `x' not found`` of LaTeX, graphicx and listings, ``I can't find file`` of TeX."""
    name = re.sub(r"\((\.\w+)\)$", r"\1", found[1])  # listings: `x(.py)'
    stem, _dot, ending = name.rpartition(".")
    if ending == "sty":
        return _missing_package(stem, scene)
    if ending == "cls":
        return _missing_class(stem, scene)
    place = _named(name, scene)
    package = find_package(name)
    if package is not None:
        return Explained(
            "missing-file", f'the file "{name}" is not installed', package.hints, place
        )
    meant = _meant_file(name, scene)
    hints = ["paths begin at the folder of the main file; check spelling and capital letters"]
    if meant:
        hints = [f'did you mean "{meant}"?']
    return Explained("missing-file", f'there is no file "{name}"', tuple(hints), place)


def _named(name: str, scene: Scene) -> EnginePlace | None:
    """Find where the author names a file, with its ending or without."""
    stem = name.rpartition(".")[0]
    own = scene.find_word(name)
    return own or (scene.find_word(stem) if stem else None)


def _missing_package(name: str, scene: Scene) -> Explained:
    place = scene.find_word(name)
    package = find_package(f"{name}.sty")
    message = f'the package "{name}" is not installed'
    if package is not None:
        return Explained("missing-package", message, package.hints, place)
    own = {path.stem for path in _own_files(scene) if path.suffix == ".sty"}
    close = close_names(name, {*MACROS.values(), *ENVIRONMENTS.values(), *own})
    hint = "check its spelling; no package of TeX Live that is known here has this name"
    if close:
        hint = f'did you mean "{close[0]}"?'
    return Explained("missing-package", message, (hint,), place)


_CLASSES = (
    *("article", "report", "book", "letter", "slides", "minimal", "beamer", "memoir", "standalone"),
    *("scrartcl", "scrreprt", "scrbook", "scrlttr2", "amsart", "amsbook", "exam", "moderncv"),
    *("IEEEtran", "acmart", "elsarticle", "llncs", "tufte-book", "amznotes", "ctexbook"),
)


def _missing_class(name: str, scene: Scene) -> Explained:
    place = scene.find_word(name)
    package = find_package(f"{name}.cls")
    message = f'the document class "{name}" is not installed'
    if package is not None:
        return Explained("missing-class", message, package.hints, place)
    own = {path.stem for path in _own_files(scene) if path.suffix == ".cls"}
    close = close_names(name, {*_CLASSES, *own})
    hint = "check its spelling; no class of TeX Live that is known here has this name"
    if close:
        hint = f'did you mean "{close[0]}"?'
    return Explained("missing-class", message, (hint,), place)


def _own_files(scene: Scene) -> list[PurePosixPath]:
    """Give the files of the book's folder, as paths from the main file's."""
    folder = scene.texts.locator.folder
    found: list[PurePosixPath] = []
    for here, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.relpath(os.path.join(here, name), folder)  # noqa: PTH118
            if scene.texts.locator.path(path) is not None:
                found.append(PurePosixPath(path))
            if len(found) >= _MOST_ENTRIES:
                return found
    return found


def _meant_file(name: str, scene: Scene) -> str | None:
    """Find a file that the author may have meant: other capitals, ending, folder or letters."""
    wanted = PurePosixPath(os.path.normpath(name))
    files = _own_files(scene)
    kinds = _IMAGES if wanted.suffix.lower() in _IMAGES or not wanted.suffix else {wanted.suffix}
    # \input{x} of a file x.txt: LaTeX has put ".tex" behind the name.
    same = [path for path in files if str(path).lower() == str(wanted).lower()]
    same += [path for path in files if path.with_suffix("") == wanted.with_suffix("")]
    same += [path for path in files if str(path) == str(wanted.with_suffix(""))]
    same += [path for path in files if path.name.lower() == wanted.name.lower()]
    same += [
        path
        for path in files
        if path.stem.lower() == wanted.stem.lower() and path.suffix.lower() in kinds
    ]
    if same:
        return str(same[0])
    likely = [path for path in files if path.suffix.lower() in kinds]
    by_name = {path.stem: path for path in likely}
    close = close_names(wanted.stem, by_name)
    return str(by_name[close[0]]) if close else None


def missing_font(found: re.Match[str], scene: Scene) -> Explained:
    r"""Fontspec's ``The font "x" cannot be found``, and TeX's ``Font \x=y not loadable``."""
    name = found[1].strip().strip('"')
    place = scene.find_word(name)
    # "[file.otf]:features" names a file (XeTeX reference, "Font names").
    bracketed = re.match(r"\[([^\]]+)\]", name)
    name = bracketed[1].rpartition("/")[2] if bracketed else name
    if _FONT_FILE.search(name):
        package = find_package(name)
    else:
        package = find_font_package(name) or find_package(f"{name}.tfm")
    if package is not None:
        hints = package.hints
    else:
        hints = ('check its spelling; "fc-list" shows the fonts that XeTeX can see by name',)
    return Explained("missing-font", f'the font "{name}" is not on this machine', hints, place)


def unreadable_image(found: re.Match[str], scene: Scene) -> Explained:
    """XeTeX's ``Unable to load picture or PDF file``, LaTeX's ``Cannot determine size``."""
    name = re.sub("/{2,}", "/", found[1])  # graphicspath may end with one slash more
    if not (scene.texts.locator.folder / name).exists():
        return missing_file(found, scene)
    return Explained(
        "image",
        f'the image "{name}" cannot be read',
        ("open it in a viewer: it may be damaged, or of another kind than its name says",),
        _named(name, scene),
    )


def unknown_image(found: re.Match[str], scene: Scene) -> Explained:
    """An ending that no image has, as graphics sees it."""
    name = found[1]
    return Explained(
        "image",
        f'"{name}" is of no kind that XeTeX takes for an image',
        ("save it as PDF, PNG or JPEG, and name that file",),
        _named(name, scene),
    )


def nested_include(_: re.Match[str], scene: Scene) -> Explained:
    r"""``\include cannot be nested``."""
    return Explained(
        "missing-include",
        r'"\include" stands in a file that is included itself',
        (r'use "\input" there, or include both files from the main file',),
        scene.find_command("\\include"),
    )
