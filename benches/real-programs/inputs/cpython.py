"""Imports a good part of the standard library and computes with it."""

import collections
import dataclasses
import decimal
import hashlib
import io
import itertools
import json
import os
import re
import struct
import sys
import zlib


@dataclasses.dataclass
class Shape:
    name: str
    sides: list[int]

    @property
    def perimeter(self):
        return sum(self.sides)


def primes():
    """All primes, by an endless sieve."""
    composites = {}
    for number in itertools.count(2):
        factors = composites.pop(number, None)
        if factors is None:
            yield number
            composites[number * number] = [number]
        else:
            for factor in factors:
                composites.setdefault(number + factor, []).append(factor)


print("version:", sys.version.split()[0], sys.platform, sys.byteorder)
print("arguments:", sys.argv[1:], "environment:", os.environ.get("GREETING"))

text = ("the quick brown fox jumps over the lazy dog; " * 2000).encode()
packed = zlib.compress(text, 9)
print("zlib:", zlib.crc32(text), zlib.decompress(packed) == text)
for algorithm in ("md5", "sha1", "sha256", "sha3_256", "blake2b"):
    print(f"{algorithm}:", hashlib.new(algorithm, text).hexdigest()[:32])

shapes = [Shape("triangle", [3, 4, 5]), Shape("square", [2] * 4)]
document = json.dumps([dataclasses.asdict(shape) for shape in shapes], sort_keys=True)
print("json:", document, json.loads(document)[1]["sides"])
print("perimeters:", [shape.perimeter for shape in shapes])

words = collections.Counter(re.findall(r"[a-z]+", text.decode()))
print("words:", words.most_common(2))
decimal.getcontext().prec = 50
print("decimal:", decimal.Decimal(2).sqrt())
print("struct:", struct.pack("<hiqd", 1, 2, 3, 4.5).hex())
print("big:", 3**1000 % 10**40)
print("primes:", list(itertools.islice(primes(), 4000))[-3:])

with open("scratch/note.txt", "w", encoding="utf-8") as note:
    note.writelines(f"line {number} äöü\n" for number in range(1000))
with open("scratch/note.txt", encoding="utf-8") as note:
    note.seek(0, io.SEEK_END)
    end = note.tell()
    note.seek(0)
    print("file:", end, sum(1 for _ in note), os.listdir("scratch"))
os.rename("scratch/note.txt", "scratch/other.txt")
os.remove("scratch/other.txt")
print("removed:", os.listdir("scratch"))
print("input:", sys.stdin.readline().strip())

try:
    {}["missing"]
except KeyError as error:
    print("exception:", repr(error))
sys.exit(3)
