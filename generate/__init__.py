"""From views to a raw mesh: cut-outs, consistency, backends. May import only `sampling`."""
