"""Runs the scripts of the pinned llama.cpp source that convert models to GGUF. Used by gguf_convert.py."""

import contextlib
import json
import logging
import os
import runpy
import sys


def emit(**event):
    print(json.dumps(event), file=sys.__stdout__, flush=True)


def read_request():
    """The request on stdin; the converter's own modules can be imported afterwards."""
    request = json.load(sys.stdin.buffer)
    sys.path.insert(0, request["source"])
    sys.path.insert(1, os.path.join(request["source"], "gguf-py"))
    return request


def run_converter(source, script, kind, path, *arguments):
    """Writes beside `path` and renames, so that a file of this name is whole."""
    partial = f"{path}.partial"
    sys.argv = [script, "--outfile", partial, "--outtype", kind, *arguments]
    try:
        with contextlib.redirect_stdout(sys.stderr):
            runpy.run_path(os.path.join(source, script), run_name="__main__")
        os.replace(partial, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(partial)


class Complaints(logging.Handler):
    """The errors that a logger was told."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


@contextlib.contextmanager
def telling(**fields):
    """Tells what fails as an event, and fails. Where the converters only exit, they have logged why."""
    complaints = Complaints()
    loggers = [logging.getLogger(name) for name in ("hf-to-gguf", "lora-to-gguf")]
    for logger in loggers:
        logger.addHandler(complaints)
    try:
        yield
    except SystemExit as error:
        emit(type="error", what="; ".join(complaints.lines) or f"it exited with {error}", **fields)
        raise
    except Exception as error:
        emit(type="error", what=f"{type(error).__name__}: {error}", **fields)
        raise
    finally:
        for logger in loggers:
            logger.removeHandler(complaints)
