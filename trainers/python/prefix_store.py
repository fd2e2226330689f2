"""Keeps keys and values of prefixes: in memory up to a cap, what leaves it on disk up to another one; the least recently used leaves."""

import os
import sys
import tempfile
from collections import OrderedDict
from dataclasses import dataclass

import torch

PAGE = 1 << 18  # bytes; entries take whole pages, so that a freed place serves any other entry


class PrefixStore:
    """Tensors by key, all on the CPU. What was put may be gone when it is asked for: it has to be computed again then."""

    def __init__(self):
        self.memory: OrderedDict[bytes, torch.Tensor] = OrderedDict()
        self.held = 0  # bytes in memory
        self.disk = PagedFile()
        self.limits = (0, 0)

    def limit(self, memory: int, disk: int) -> None:
        """Most bytes in memory and on disk from now on."""
        self.limits = (memory, disk)
        self._shrink()

    def get(self, key: bytes) -> torch.Tensor | None:
        found = self.memory.get(key)
        if found is not None:
            self.memory.move_to_end(key)
            return found
        found = self.disk.read(key)
        if found is not None:
            self._keep(key, found)
        return found

    def put(self, key: bytes, tensor: torch.Tensor) -> None:
        if key not in self.memory:
            self._keep(key, tensor)

    def _keep(self, key: bytes, tensor: torch.Tensor) -> None:
        self.memory[key] = tensor
        self.held += tensor.nbytes
        self._shrink()

    def _shrink(self) -> None:
        memory, disk = self.limits
        while self.held > memory:
            key, tensor = self.memory.popitem(last=False)
            self.held -= tensor.nbytes
            self.disk.write(key, tensor, disk)
        self.disk.shrink(disk)


@dataclass(frozen=True)
class Place:
    pages: list[int]
    dtype: torch.dtype
    shape: torch.Size


class PagedFile:
    """Tensors in one file without a name in the system's temporary folder: it is gone when the process ends, however it ends."""

    def __init__(self):
        self.file = None
        self.places: OrderedDict[bytes, Place] = OrderedDict()
        self.free: list[int] = []
        self.pages = 0  # of the file, free ones included
        self.full = False

    def read(self, key: bytes) -> torch.Tensor | None:
        place = self.places.get(key)
        if place is None:
            return None
        self.places.move_to_end(key)
        tensor = torch.empty(place.shape, dtype=place.dtype)
        data = memoryview(tensor.view(-1).view(torch.uint8).numpy())
        for number, page in enumerate(place.pages):
            self._exactly(os.preadv, page, data[number * PAGE : (number + 1) * PAGE])
        return tensor

    def write(self, key: bytes, tensor: torch.Tensor, limit: int) -> None:
        """Where the disk fills up before the limit, nothing more is written than it holds now."""
        if key in self.places:
            self.places.move_to_end(key)
            return
        count = -(-tensor.nbytes // PAGE)
        if count * PAGE > limit or self.full:
            return
        self.shrink(limit - count * PAGE)
        pages = [self.free.pop() if self.free else self._grow() for _ in range(count)]
        data = memoryview(tensor.contiguous().view(-1).view(torch.uint8).numpy())
        try:
            self.file = self.file or tempfile.TemporaryFile(prefix="dualtune-prefixes-")
            for number, page in enumerate(pages):
                self._exactly(os.pwritev, page, data[number * PAGE : (number + 1) * PAGE])
        except OSError as error:
            print(f"no more prefixes on disk: {error}", file=sys.stderr, flush=True)
            self.free += pages
            self.full = True
            return
        self.places[key] = Place(pages, tensor.dtype, tensor.shape)

    def shrink(self, limit: int) -> None:
        """Forgets the least recently used until the others take no more than `limit` bytes. The file keeps its size for the next ones."""
        while self.places and (self.pages - len(self.free)) * PAGE > limit:
            self.free += self.places.popitem(last=False)[1].pages

    def _grow(self) -> int:
        self.pages += 1
        return self.pages - 1

    def _exactly(self, transfer, page: int, data: memoryview) -> None:
        done = 0
        while done < len(data):
            moved = transfer(self.file.fileno(), [data[done:]], page * PAGE + done)
            if moved == 0:
                raise OSError("the file of prefixes is cut off")
            done += moved
