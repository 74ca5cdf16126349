"""One endpoint group a file: a request flows in, the service's own functions are called, a reply flows out."""
