"""Running the site: backups and the drill that restores one, what is checked, how it stands."""
