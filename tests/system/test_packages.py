from __future__ import annotations

import pytest

from texbook.system.packages import PackageNames, find_font_package, find_package
from texbook.system.programs import program_package


@pytest.mark.parametrize(
    ("name", "debian", "tlmgr"),
    [
        ("booktabs.sty", "texlive-latex-recommended", "booktabs"),
        ("siunitx.sty", "texlive-science", "siunitx"),
        # Folders that are not called as their package.
        ("ifthen.sty", "texlive-latex-base", "latex"),
        ("array.sty", "texlive-latex-base", "tools"),
        ("graphicx.sty", "texlive-latex-base", "graphics"),
        ("amsthm.sty", "texlive-latex-base", "amscls"),
        ("amssymb.sty", "texlive-base", "amsfonts"),
        ("tikz.sty", "texlive-pictures", "pgf"),
        ("tikzlibrarycalc.code.tex", "texlive-pictures", "pgf"),
        ("tcbskins.code.tex", "texlive-latex-extra", "tcolorbox"),
        ("scrbook.cls", "texlive-latex-recommended", "koma-script"),
        ("IEEEtran.cls", "texlive-publishers", "ieeetran"),
        ("soul.sty", "texlive-plain-generic", "soul"),
        ("apa.bbx", "texlive-bibtex-extra", "biblatex-apa"),
        ("plainnat.bst", "texlive-latex-base", "natbib"),
        ("gloss-german.ldf", "texlive-latex-recommended", "polyglossia"),
        # Split from a larger package after the list of texdoc was made.
        ("ltxcmds.sty", "texlive-latex-base", "ltxcmds"),
        # Debian has these in packages of their own.
        ("texgyrepagella-regular.otf", "fonts-texgyre", "tex-gyre"),
        ("lmroman10-regular.otf", "fonts-lmodern", "lm"),
        ("lmodern.sty", "lmodern", "lm"),
        ("NotoSans-Regular.ttf", "fonts-noto-core", "noto"),
        ("STIXTwoText-Regular.otf", "texlive-fonts-extra", "stix2-otf"),
        ("pzdr.tfm", "texlive-fonts-recommended", "zapfding"),
        ("tex-text.tec", "texlive-xetex", "xetex"),
    ],
)
def test_a_file_is_found_with_both_names(name: str, debian: str, tlmgr: str) -> None:
    assert find_package(name) == PackageNames(debian, tlmgr)


@pytest.mark.parametrize(
    "name",
    ["", "nosuchthing.sty", "=fonts-lmodern lm", "booktabs.sty\narray.sty", "\n", "b\udcff.sty"],
)
def test_what_is_no_file_of_a_package_is_not_found(name: str) -> None:
    assert find_package(name) is None


@pytest.mark.parametrize(
    ("family", "debian", "tlmgr"),
    [
        ("TeX Gyre Pagella", "fonts-texgyre", "tex-gyre"),
        ("TeX Gyre Pagella Math", "fonts-texgyre-math", "tex-gyre-math"),
        ("texgyretermes", "fonts-texgyre", "tex-gyre"),
        ("Latin Modern Roman", "fonts-lmodern", "lm"),
        ("Latin Modern Math", "fonts-lmodern", "lm-math"),
        ("STIX Two Text", "texlive-fonts-extra", "stix2-otf"),
        ("Libertinus Serif", "texlive-fonts-extra", "libertinus-fonts"),
        ("Noto Sans", "fonts-noto-core", "noto"),
        ("Fira Sans", "texlive-fonts-extra", "fira"),
        ("EB Garamond", "texlive-fonts-extra", "ebgaramond"),
        ("DejaVu Sans Mono", "fonts-dejavu-core", "dejavu"),
        ("Liberation Serif", "fonts-liberation", None),
    ],
)
def test_a_family_of_fonts_is_found(family: str, debian: str, tlmgr: str | None) -> None:
    assert find_font_package(family) == PackageNames(debian, tlmgr)


@pytest.mark.parametrize("family", ["", "...", "No Such Family", "(.*"])
def test_an_unknown_family_is_not_found(family: str) -> None:
    assert find_font_package(family) is None


def test_hints_are_commands_of_the_system() -> None:
    names = PackageNames("texlive-xetex", "xetex", "--cask basictex")
    tlmgr = 'with TeX Live\'s own manager: "tlmgr install xetex"'
    assert names.hints_on("linux") == (
        'on Debian or Ubuntu: "sudo apt-get install texlive-xetex"',
        tlmgr,
    )
    assert names.hints_on("darwin") == (
        'with Homebrew: "brew install --cask basictex"',
        tlmgr,
    )
    assert PackageNames().hints_on("linux") == ()


def test_every_program_of_a_build_has_a_package_of_debian() -> None:
    for name in ("xelatex", "xdvipdfmx", "biber", "bibtex", "makeindex", "kpsewhich"):
        package = program_package(name)
        assert package is not None
        assert package.debian
        assert package.tlmgr
    assert program_package("ls") is None
