"""What TeX and its helpers say, as findings at the author's own lines."""
