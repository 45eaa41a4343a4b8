"""What the page is drawn with: plain scripts and styles, and the one component that mounts them."""
