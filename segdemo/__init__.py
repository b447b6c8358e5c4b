"""Image segmentation in eight ways, from k-means to a U-Net: what the page runs on."""
