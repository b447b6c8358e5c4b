"""Tab *Upsampling*: from a small matrix to feature maps."""
