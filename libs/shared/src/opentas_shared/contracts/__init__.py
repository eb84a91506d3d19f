"""Published events, one file per publishing service; JSON Schemas are generated from them."""
