"""The doors out: what the system knows becomes sheets that offices can open, edit and send back."""
