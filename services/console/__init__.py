"""Console (控制台): the pages people work in; it reads what every service tells and changes nothing by itself."""
