"""Whether views can be one subject: silhouettes, colours and angles compared."""
