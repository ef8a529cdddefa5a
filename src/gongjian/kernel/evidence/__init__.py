"""佐证: files that prove a value or a stage. Uploading is not proof; another person verifies."""
