"""Speed, as ratios against a floor taken in the same run (``make bench``).

Each database engine is measured in a process of its own (``benchmarks.measure``), on councils
of 15 to 2,280 teams that are built once and kept between runs.
"""
