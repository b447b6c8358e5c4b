"""What the lecture works out by hand: upsampling, the loss, and links into a lesson."""
