"""科创培育: the pages of patents, research platforms and smart factories."""
