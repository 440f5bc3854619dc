"""Text recognition: from the pixels of a page to lines with their places, engine by engine behind one interface."""
