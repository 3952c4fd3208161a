"""The application: job, pipeline, command line. Imports the other four; nobody imports it."""
