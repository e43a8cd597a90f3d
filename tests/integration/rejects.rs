//! `--keep-going`: the accounts left out are named, kept in a file, mended and read again.
