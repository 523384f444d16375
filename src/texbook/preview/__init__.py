"""The book in a browser while it is written: pages as images, with text, links and findings.

The room knows neither TeX nor builds. It is told which PDF to show and what the state of the book
is (`hub`), and asks through `model.Actions` for what it cannot do itself.
"""
