"""The doors in: files of offices become documents and sheets, or a refusal that says what to do."""
