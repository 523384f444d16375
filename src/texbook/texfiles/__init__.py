"""Files that TeX and its helpers read and write; the only importer of bibtexparser and pypdf."""
