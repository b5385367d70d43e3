"""Pages (网页): the console as people see it, rendered here, working without JavaScript and without another host."""
