"""Access (访问控制): who is asking, whether they may, and what of it is written down."""
