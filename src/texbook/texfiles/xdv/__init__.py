r"""XDV, the pages that XeTeX ships: read, bring into one form, compare, join.

``parse`` reads a file into the values of ``model``, ``canonical`` says what a page shows and where,
``compare`` tells two files apart in words, ``join`` writes one file of the pages of several. What a
``\special`` means for pages that come from several runs is in ``specials``, ``objects`` and
``destinations``; ``equivalence`` says whether such a file is what one run makes. ``open_pages``
keeps the pages of a segment whose numbers may change, ``binding`` puts them into the book.
"""
