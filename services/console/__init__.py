"""Console (控制台): the pages people work in, on a read model of its own that every event feeds."""
