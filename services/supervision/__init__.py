"""监管: catalogue, tasks and inspections."""
