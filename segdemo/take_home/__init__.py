"""What a visitor takes home: an archive of the label maps, and the code that makes them."""
