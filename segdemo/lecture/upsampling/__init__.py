"""The lecture's upsampling: small matrices by hand, feature maps of the trained networks."""
