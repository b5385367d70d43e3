"""Chaos (故障演练): breaks a stack on purpose, row by row, and proves from outside that nothing was lost or done twice."""
