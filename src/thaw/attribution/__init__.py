"""Did X bring about Y? Claims, what the record says of them, and what the model says of them."""
