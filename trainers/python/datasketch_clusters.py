"""The peer of `pnpm bench synthesis`: clusters of near-duplicate queries by datasketch, the way its documentation shows and as fast as it goes.

MinHash LSH finds candidates, their exact Jaccard similarity decides, union-find connects them. 32 bands of 4 rows miss a pair of similarity
0.7 once in 6,600 times, one of 0.75 once in 800,000. `datasketch_clusters.py queries.json 0.7` reads a JSON list of levelled queries and
prints the processor seconds it took (without reading and imports) and for each query the number of the first one in its cluster.
"""

import json
import sys
import time
from functools import cache

from datasketch import MinHash, MinHashLSH
from datasketch.hashfunc import sha1_hash32

PERMUTATIONS = 128
BANDS = (32, 4)


def shingles(query: str) -> set[str]:
    return {query[start : start + 3] for start in range(len(query) - 2)}


@cache
def hash_of(shingle: str) -> int:
    return sha1_hash32(shingle.encode())


def clusters(queries: list[str], threshold: float) -> list[int]:
    parents = list(range(len(queries)))

    def find(item: int) -> int:
        while parents[item] != item:
            parents[item] = parents[parents[item]]
            item = parents[item]
        return item

    def union(a: int, b: int) -> None:
        x, y = find(a), find(b)
        parents[max(x, y)] = min(x, y)

    firsts: dict[str, int] = {}
    for row, query in enumerate(queries):
        union(firsts.setdefault(query, row), row)
    sets = {row: found for query, row in firsts.items() if (found := shingles(query))}
    lsh = MinHashLSH(num_perm=PERMUTATIONS, params=BANDS)
    hashes = MinHash.generator(sets.values(), num_perm=PERMUTATIONS, hashfunc=hash_of)
    for (row, own), minhash in zip(sets.items(), hashes, strict=True):
        for other in lsh.query(minhash):
            if find(row) != find(other):
                common = len(own & sets[other])
                if common / (len(own) + len(sets[other]) - common) >= threshold - 1e-9:
                    union(row, other)
        lsh.insert(row, minhash, check_duplication=False)
    return [find(row) for row in range(len(queries))]


with open(sys.argv[1], encoding="utf8") as file:
    queries = json.load(file)
start = time.process_time()
found = clusters(queries, float(sys.argv[2]))
print(json.dumps({"seconds": time.process_time() - start, "clusters": found}))
