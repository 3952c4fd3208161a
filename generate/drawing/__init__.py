"""A photo drawn as a figurine, view by view: orders, styles, prices, and the service that draws."""
