"""Stands in for Axolotl, which needs an NVIDIA GPU: its command line, the keys of its YAML, its plugins and the files that it writes."""

__version__ = "0.19.0"
