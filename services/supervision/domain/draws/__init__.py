"""Random draws (双随机抽查): pool, algorithm, ceremony and receipt. Pure; anybody can recompute all of it."""
