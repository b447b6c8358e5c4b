"""Image segmentation from the worst idea to the best: what the page runs on."""
