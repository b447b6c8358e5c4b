"""What a visitor takes home: an archive of label maps, the Python code that makes one."""
