"""Gongjian (攻坚) runs a development zone's yearly work plan."""

__version__ = "0.1.0"
