"""Every word that people read: a folder per language, in it a file per subject; and what finds them."""
