"""Reports, duels and scores as text, Markdown, LaTeX and CSV."""
