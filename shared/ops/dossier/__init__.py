"""Dossier (证明包): everything about one case that proves itself offline, and the script that checks it."""
