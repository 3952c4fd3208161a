"""What a user's own print says of a machine: which sizes to try, and what those that came out mean."""
